package dev.mailroom.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Memory and processor time of other processes, as Linux tells them; nothing elsewhere. */
final class Processes {
    private static final long KIB = 1024;

    private Processes() {}

    /** Processor time of a process and its living children, in seconds. */
    static double cpuSeconds(long pid) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        return process.map(handle -> Stream.concat(Stream.of(handle), handle.descendants())
                                .map(ProcessHandle::info)
                                .flatMap(info -> info.totalCpuDuration().stream())
                                .mapToLong(java.time.Duration::toNanos)
                                .sum()
                        / 1e9)
                .orElse(0.0);
    }

    /** Processes that run or want to, over the last minute; negative where the system does not tell. */
    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    /** From now on {@link #peakBytes} counts anew. */
    static void forgetPeak(long pid) throws IOException {
        Path switches = Path.of("/proc/" + pid + "/clear_refs");
        if (Files.isWritable(switches)) {
            Files.writeString(switches, "5");
        }
    }

    /** The most resident memory since {@link #forgetPeak}; 0 where the system does not tell. */
    static long peakBytes(long pid) throws IOException {
        Path status = Path.of("/proc/" + pid + "/status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                    .findFirst()
                    .orElse(0);
        }
    }

    /** Bytes of the heap of another JVM that are reachable: collects its garbage first. */
    static long liveHeapBytes(long pid) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        String info = jcmd(pid, "GC.heap_info");
        long used = 0;
        for (String line : info.lines().toList()) {
            int at = line.indexOf(" used ");
            if (at > 0 && (line.contains("generation") || line.contains("DefNew") || line.contains("Tenured"))) {
                used += Long.parseLong(
                                line.substring(at + 6, line.indexOf('K', at)).strip())
                        * KIB;
            }
        }
        return used;
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}

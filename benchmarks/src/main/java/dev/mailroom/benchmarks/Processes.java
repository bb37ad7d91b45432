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

    /** What Linux counts in, on every machine that it tells. */
    private static final double TICKS_PER_SECOND = 100;

    /** Of /proc/PID/stat, after the name: time in the program, in the kernel, and both of its buried children. */
    private static final int FIRST_TIME_FIELD = 11;

    private static final int TIME_FIELDS = 4;

    /** Of the first line of /proc/stat; the next one is the time for which it waited for a disk. */
    private static final int IDLE_FIELD = 4;

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

    /** Processor time of a process and of all that it started, also of those that ended meanwhile; in seconds. */
    static double cpuSecondsOfAll(long pid) throws IOException {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        if (process.isEmpty() || !Files.isReadable(Path.of("/proc/self/stat"))) {
            return cpuSeconds(pid);
        }
        long ticks = 0;
        for (ProcessHandle handle :
                Stream.concat(process.stream(), process.get().descendants()).toList()) {
            ticks += ticks(handle.pid());
        }
        return ticks / TICKS_PER_SECOND;
    }

    /** Of the process and of the children that it has buried; 0 if it has ended. */
    private static long ticks(long pid) throws IOException {
        Path status = Path.of("/proc/" + pid + "/stat");
        if (!Files.isReadable(status)) {
            return 0;
        }
        String line;
        try {
            line = Files.readString(status);
        } catch (IOException ended) {
            return 0;
        }
        // The name of the program stands in brackets and may hold anything.
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
        long ticks = 0;
        for (int field = FIRST_TIME_FIELD; field < FIRST_TIME_FIELD + TIME_FIELDS; field++) {
            ticks += Long.parseLong(fields[field]);
        }
        return ticks;
    }

    /** Seconds for which the processors of the machine had nothing to do, all together; 0 where the system does not tell. */
    static double idleSeconds() throws IOException {
        Path all = Path.of("/proc/stat");
        if (!Files.isReadable(all)) {
            return 0;
        }
        String[] fields = Files.readAllLines(all).getFirst().trim().split("\\s+");
        return (Long.parseLong(fields[IDLE_FIELD]) + Long.parseLong(fields[IDLE_FIELD + 1])) / TICKS_PER_SECOND;
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

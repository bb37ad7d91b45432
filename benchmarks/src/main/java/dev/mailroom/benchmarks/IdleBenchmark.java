package dev.mailroom.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What a session costs that waits for news over TLS: resident memory and heap of the service, and its processor time. */
final class IdleBenchmark implements AutoCloseable {
    private static final double SESSION_MAX_KIB = 64;
    private static final int WARM_UP = 100;
    private static final int SETTLE_SECONDS = 5;
    private static final int WATCHED_SECONDS = 20;
    private static final double KIB = 1024;
    private static final double MIB = 1024 * 1024;
    private static final int MANY = 20_000;

    private final SessionCrowd crowd;
    private final int sessions;
    private final Report report = new Report("idle");

    IdleBenchmark(Path home, int sessions, List<String> options) throws IOException, InterruptedException {
        this.sessions = sessions;
        this.crowd = new SessionCrowd(home, false, options);
    }

    /** Memory of the service when nothing happens. */
    private record Memory(double resident, double heap) {}

    Report run() throws Exception {
        long pid = crowd.stack.service.pid();
        say("warming up with " + WARM_UP + " sessions");
        crowd.connect(WARM_UP);
        Memory few = memory(pid);
        say(sessions + " sessions at " + SessionCrowd.LOGINS_PER_SECOND + " log-ins a second");
        double cpuBefore = Processes.cpuSeconds(pid);
        double seconds = crowd.connect(sessions);
        report.add("sessions", sessions, "");
        report.add("connected at", sessions / seconds, "/s");
        report.add(
                "processor, from account to IDLE", (Processes.cpuSeconds(pid) - cpuBefore) * 1e3 / sessions, "ms each");
        Memory many = memory(pid);
        double resident = (many.resident - few.resident) / sessions;
        double heap = (many.heap - few.heap) / sessions;
        report.addAtMost("resident memory of a session", resident / KIB, "KiB", SESSION_MAX_KIB);
        report.add("heap of a session", heap / KIB, "KiB");
        report.add("the service with " + WARM_UP + " sessions, resident", few.resident / MIB, "MiB");
        report.add("extrapolated: heap for " + MANY + " sessions", (few.heap + heap * MANY) / MIB, "MiB");
        report.add("extrapolated: resident for " + MANY + " sessions", (few.resident + resident * MANY) / MIB, "MiB");
        double idleBefore = Processes.cpuSeconds(pid);
        Thread.sleep(WATCHED_SECONDS * 1_000L);
        report.add(
                "processor while nothing happens",
                (Processes.cpuSeconds(pid) - idleBefore) * 100 / WATCHED_SECONDS,
                "% of 1 core");
        report.add("sessions that were still idle", crowd.server.idling(), "");
        report.add("load of the machine", Processes.load(), "");
        return report;
    }

    /** After garbage is collected, twice because the first collection only finds what the second one frees. */
    private static Memory memory(long pid) throws IOException, InterruptedException {
        Thread.sleep(SETTLE_SECONDS * 1_000L);
        Processes.liveHeapBytes(pid);
        double heap = Processes.liveHeapBytes(pid);
        Processes.forgetPeak(pid);
        return new Memory(Processes.peakBytes(pid), heap);
    }

    private static void say(String what) {
        System.err.println("idle: " + what);
    }

    @Override
    public void close() throws IOException {
        crowd.close();
    }
}

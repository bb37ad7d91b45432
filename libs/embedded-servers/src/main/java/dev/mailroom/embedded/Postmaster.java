package dev.mailroom.embedded;

import dev.mailroom.embedded.PostgresCluster.Keeping;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The server process of a cluster: starts it, stops it, and finds one that an earlier JVM left behind. */
final class Postmaster {

    private static final Duration START_MAX = Duration.ofMinutes(2);
    private static final Duration STOP_MAX = Duration.ofSeconds(20);
    private static final int LOG_TAIL_BYTES = 8192;

    private final PostgresCluster cluster;
    private volatile int port;
    private volatile long pid;
    private @Nullable Watchdog watchdog;

    Postmaster(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    int port() {
        return port;
    }

    long pid() {
        return pid;
    }

    boolean isAlive() {
        return pid != 0 && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    synchronized void start(int wantedPort) throws IOException {
        if (isAlive()) {
            return;
        }
        endWatchdog();
        clearRemains();
        LoopbackPorts.requireFree("PostgreSQL", wantedPort);
        cluster.writeSettings(wantedPort);
        var outcome = pgCtl(
                START_MAX,
                "start",
                "--wait",
                "--timeout=" + START_MAX.toSeconds(),
                "--log=" + cluster.log(),
                "--silent");
        if (outcome.code() != 0) {
            throw startFailure(wantedPort);
        }
        port = wantedPort;
        pid = pidFromFile();
        watchdog = cluster.keeping() == Keeping.TEMPORARY
                ? Watchdog.over(pid, "QUIT", cluster.folder())
                : Watchdog.over(pid, "INT");
    }

    synchronized void stop() {
        if (isAlive()) {
            // What has nothing to keep needs no checkpoint.
            stopServer(cluster.keeping() == Keeping.DURABLE ? "fast" : "immediate");
        }
        pid = 0;
        endWatchdog();
    }

    private void endWatchdog() {
        if (watchdog != null) {
            watchdog.dismiss();
            watchdog = null;
        }
    }

    /** Stops the server of an earlier JVM; removes its pid file where that names a process that is not a server of this folder. */
    private void clearRemains() throws IOException {
        Path pidFile = pidFile();
        if (!Files.exists(pidFile)) {
            return;
        }
        long orphan = pidFromFile();
        if (orphan > 0 && isServerOfThisFolder(orphan)) {
            stopServer("fast");
        }
        // Left by kill -9. Its number may meanwhile belong to an innocent process, and then PostgreSQL would refuse to
        // start.
        Files.deleteIfExists(pidFile);
    }

    private void stopServer(String mode) {
        try {
            if (pgCtl(STOP_MAX.plusSeconds(5), "stop", "--wait", "--mode=" + mode, "--timeout=" + STOP_MAX.toSeconds())
                            .code()
                    == 0) {
                return;
            }
            if (pgCtl(
                                            STOP_MAX.plusSeconds(5),
                                            "stop",
                                            "--wait",
                                            "--mode=immediate",
                                            "--timeout=" + STOP_MAX.toSeconds())
                                    .code()
                            != 0
                    && Files.exists(pidFile())
                    && isServerOfThisFolder(pidFromFile())) {
                throw new EmbeddedServerException("PostgreSQL (process " + pidFromFile() + ") does not stop within "
                        + STOP_MAX.toSeconds() + " s");
            }
        } catch (IOException e) {
            throw new EmbeddedServerException("PostgreSQL could not be stopped: " + e.getMessage(), e);
        }
    }

    private CommandRunner.Outcome pgCtl(Duration limit, String verb, String... options) throws IOException {
        var command = new ArrayList<>(
                List.of(cluster.binaries().program("pg_ctl").toString(), verb, "--pgdata=" + cluster.data()));
        command.addAll(List.of(options));
        return CommandRunner.run(cluster.user().command(command), limit);
    }

    private boolean isServerOfThisFolder(long process) throws IOException {
        String command = commandLine(process);
        return command.contains("postgres") && command.contains(cluster.data().toString());
    }

    private static String commandLine(long process) throws IOException {
        Path linux = Path.of("/proc", Long.toString(process), "cmdline");
        try {
            if (Files.isReadable(linux)) {
                return Files.readString(linux, StandardCharsets.ISO_8859_1).replace('\0', ' ');
            }
        } catch (IOException e) {
            // It ended between the two calls.
            return "";
        }
        return CommandRunner.run(List.of("ps", "-o", "command=", "-p", Long.toString(process)), STOP_MAX)
                .output();
    }

    private Path pidFile() {
        return cluster.data().resolve("postmaster.pid");
    }

    private long pidFromFile() throws IOException {
        try (var lines = Files.lines(pidFile(), StandardCharsets.ISO_8859_1)) {
            return lines.findFirst()
                    .map(String::strip)
                    .map(Postmaster::parsePid)
                    .orElse(0L);
        }
    }

    private static long parsePid(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            // A file cut short by a crash names nobody.
            return 0;
        }
    }

    private EmbeddedServerException startFailure(int wantedPort) throws IOException {
        String tail = logTail();
        if (tail.contains("could not bind") || tail.contains("Address already in use")) {
            return new PortTakenException("PostgreSQL", wantedPort);
        }
        String reason = tail.lines()
                .filter(line -> line.contains("FATAL") || line.contains("PANIC") || line.contains("error"))
                .reduce((first, second) -> second)
                .orElse("no reason given");
        return new EmbeddedServerException("PostgreSQL does not start: " + reason + " (see " + cluster.log() + ")");
    }

    private String logTail() throws IOException {
        if (!Files.exists(cluster.log())) {
            return "";
        }
        try (var file = new RandomAccessFile(cluster.log().toFile(), "r")) {
            file.seek(Math.max(0, file.length() - LOG_TAIL_BYTES));
            var bytes = new byte[LOG_TAIL_BYTES];
            int read = file.read(bytes);
            return new String(bytes, 0, Math.max(0, read), StandardCharsets.UTF_8);
        }
    }
}

package dev.mailroom.localstack.stack;

import dev.mailroom.embedded.Watchdog;
import dev.mailroom.localstack.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A service as a child JVM. It stops when this JVM does, however this JVM ends. */
final class ServiceProcess {

    /** Of the file name: the mark by which a process of an earlier run is known for ours. */
    static final String MAIN_JAR = "quarkus-run.jar";

    private static final Duration STOP_MAX = Duration.ofSeconds(20);
    private static final long LOG_MAX_BYTES = 20 << 20;
    private static final List<String> JVM_FLAGS = List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager");

    private final ServiceName name;
    private final Path jar;
    private final Path log;
    private final Map<String, String> environment;
    private @Nullable Process process;
    private @Nullable Watchdog watchdog;

    /** @param jar the {@value #MAIN_JAR} of the built service */
    ServiceProcess(ServiceName name, Path jar, Path log, Map<String, String> environment) {
        this.name = name;
        this.jar = jar;
        this.log = log;
        this.environment = Map.copyOf(environment);
    }

    ServiceName name() {
        return name;
    }

    Path log() {
        return log;
    }

    /** Starts it and returns the process, whose end the caller watches. */
    synchronized Process start() {
        if (!Files.exists(jar)) {
            throw new CommandFailure(name.service() + " has not been built: " + jar + " is not there");
        }
        try {
            if (Files.exists(log) && Files.size(log) > LOG_MAX_BYTES) {
                Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            }
            DataFolder.prepare(log);
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(JVM_FLAGS);
            command.addAll(List.of("-jar", jar.toString()));
            var builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            Process started = builder.start();
            process = started;
            watchdog = Watchdog.over(started.pid(), "TERM");
            return started;
        } catch (IOException e) {
            throw new CommandFailure(name.service() + " cannot be started: " + e.getMessage(), e);
        }
    }

    /**
     * Asks it to end; {@link #awaitEnd} makes sure.
     *
     * @param atOnce without letting it finish what it is doing
     */
    synchronized void stop(boolean atOnce) {
        if (process != null && atOnce) {
            process.destroyForcibly();
        } else if (process != null) {
            process.destroy();
        }
    }

    void awaitEnd() throws InterruptedException {
        Process ending;
        synchronized (this) {
            ending = process;
        }
        if (ending != null && !ending.waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
            ending.destroyForcibly();
            ending.waitFor();
        }
        dismissWatchdog();
    }

    synchronized void dismissWatchdog() {
        if (watchdog != null) {
            watchdog.dismiss();
            watchdog = null;
        }
    }

    synchronized long pid() {
        return process == null ? 0 : process.pid();
    }

    /** Ends the services that a killed stack left behind, by the process ids it wrote down. */
    static void endOrphans(StackState earlier) {
        for (long pid : earlier.processes().values()) {
            ProcessHandle.of(pid)
                    .filter(orphan -> orphan.info().commandLine().orElse("").contains(MAIN_JAR)
                            || orphan.info().arguments().map(List::of).orElse(List.of()).stream()
                                    .anyMatch(argument -> argument.endsWith(MAIN_JAR)))
                    .ifPresent(ServiceProcess::end);
        }
    }

    private static void end(ProcessHandle orphan) {
        orphan.destroy();
        try {
            orphan.onExit().get(STOP_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while process " + orphan.pid() + " of an earlier run ended", e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            orphan.destroyForcibly();
            orphan.onExit().join();
        }
    }
}

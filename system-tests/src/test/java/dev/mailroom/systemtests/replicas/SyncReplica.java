package dev.mailroom.systemtests.replicas;

import dev.mailroom.embedded.LoopbackPorts;
import dev.mailroom.embedded.Watchdog;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A replica of sync-service: a process of its own. */
final class SyncReplica implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofSeconds(120);
    private static final Duration STOP_MAX = Duration.ofSeconds(40);
    private static final Path JAR = Path.of("..", "sync-service/target/quarkus-app/quarkus-run.jar")
            .toAbsolutePath()
            .normalize();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final String name;
    private final URI address;
    private final Path log;
    private final Process process;
    private final Watchdog watchdog;

    /** Starts it; {@link #awaitReady} waits until it serves. */
    SyncReplica(String name, Map<String, String> environment, List<String> options) throws IOException {
        this.name = name;
        this.log = Files.createDirectories(Path.of("target", "replicas")).resolve(name + ".log");
        int port = LoopbackPorts.free();
        this.address = URI.create("http://127.0.0.1:" + port);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager"));
        command.addAll(options);
        command.addAll(List.of("-jar", JAR.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("MAILROOM_REPLICA", name);
        builder.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
        builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
        process = builder.start();
        watchdog = Watchdog.over(process.pid(), "KILL");
    }

    String name() {
        return name;
    }

    void awaitReady() {
        Awaitility.await(name + " is ready")
                .atMost(START_MAX)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError(name + " ended: " + said());
                    }
                    return answers("/q/health/ready", 200);
                });
    }

    /** The sum of a counter's values, over its tags. */
    double counter(String metric) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve("/q/metrics"))
                .timeout(Duration.ofSeconds(10))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(metric))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private boolean answers(String path, int status) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == status;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** SIGTERM, as a rolling upgrade sends it. */
    void terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(name + " did not stop");
        }
        watchdog.dismiss();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
        watchdog.dismiss();
    }

    /** SIGSTOP or SIGCONT. */
    void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** Bytes of the heap that are in use when there is no garbage. */
    long heapAfterCollection() throws IOException, InterruptedException {
        diagnose("GC.run");
        return (long) counter("jvm_memory_used_bytes{area=\"heap\"");
    }

    private void diagnose(String... command) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(process.pid())));
        line.addAll(List.of(command));
        new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String said() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isAlive()) {
            kill();
        }
    }
}

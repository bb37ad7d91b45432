package dev.mailroom.benchmarks;

import dev.mailroom.embedded.LoopbackPorts;
import dev.mailroom.embedded.Watchdog;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A built service in a JVM of its own, with the flags that its image has: both compilers, the serial collector. */
final class ServiceProcess implements AutoCloseable {
    static final String HOST = "127.0.0.1";

    private static final Duration READY_MAX = Duration.ofMinutes(3);
    private static final Duration STOP_MAX = Duration.ofSeconds(20);
    private static final int HTTP_OK = 200;
    private static final int LOG_SHOWN_MAX_LINES = 20;

    final URI address;

    private final String service;
    private final Path log;
    private final Process process;
    private final Watchdog watchdog;

    /**
     * Starts it and waits until it is ready.
     *
     * @param home the top folder of the repository, where the built service is
     * @param log where it writes its log
     * @param environment settings besides host and port
     * @param options of the JVM, for example {@code -Xmx512m}
     */
    ServiceProcess(Path home, String service, Path log, Map<String, String> environment, List<String> options)
            throws IOException, InterruptedException {
        this.service = service;
        this.log = log;
        Path jar = home.resolve(service + "/target/quarkus-app/quarkus-run.jar");
        if (!Files.exists(jar)) {
            throw new IOException(service + " has not been built: " + jar + " is not there");
        }
        int port = LoopbackPorts.free();
        address = URI.create("http://" + HOST + ":" + port);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-jar",
                jar.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("QUARKUS_HTTP_HOST", HOST);
        builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
        process = builder.start();
        watchdog = Watchdog.over(process.pid(), "TERM");
        awaitReady();
    }

    long pid() {
        return process.pid();
    }

    private void awaitReady() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve("/q/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        long end = System.nanoTime() + READY_MAX.toNanos();
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (System.nanoTime() < end && process.isAlive()) {
                if (isReady(client, request)) {
                    return;
                }
                Thread.sleep(100);
            }
        }
        String last = lastLines();
        close();
        throw new IOException(service + " did not start:\n" + last);
    }

    /** The end of its log, for the message of a failure. */
    String lastLines() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_SHOWN_MAX_LINES), lines.size()));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    private static boolean isReady(HttpClient client, HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, BodyHandlers.discarding()).statusCode() == HTTP_OK;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        watchdog.dismiss();
    }
}

package dev.mailroom.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.testkit.ScratchFolder;
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
import org.jspecify.annotations.Nullable;

/** {@code mailroom up} as a person starts it: a process of its own, asked over HTTP. */
final class RunningStack implements AutoCloseable {
    static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final Path OUTPUTS = ScratchFolder.create("mailroom-outputs");
    private static final Path JAR = HOME.resolve("local-stack/target/local-stack.jar");
    private static final Duration START_MAX = Duration.ofSeconds(150);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    record Answer(int status, JsonNode body) {
        String text(String pointer) {
            return body.at(pointer).asText();
        }
    }

    private final Path data;
    private final Process process;
    private final Path output;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    private RunningStack(Path data, Process process, Path output) {
        this.data = data;
        this.process = process;
        this.output = output;
    }

    /** A command of Mailroom in a process of its own; its output, both streams, in a file. */
    static Process command(Path output, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-Dmailroom.home=" + HOME,
                "-jar",
                JAR.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** What a command said, with the exit code it must end with. */
    static String outputOf(int exitCode, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(OUTPUTS, "command", ".txt");
        Process process = command(output, environment, arguments);
        if (!process.waitFor(START_MAX.toSeconds(), TimeUnit.SECONDS)) {
            killTree(process.toHandle());
            throw new AssertionError(String.join(" ", arguments) + " did not end: " + Files.readString(output));
        }
        String said = Files.readString(output);
        assertThat(process.exitValue()).as(said).isEqualTo(exitCode);
        return said;
    }

    static RunningStack start(Path data, int portOffset, Map<String, String> environment) throws IOException {
        Path output = Files.createTempFile(OUTPUTS, "up", ".txt");
        Process process = command(
                output, environment, "up", "--data", data.toString(), "--port-offset", Integer.toString(portOffset));
        RunningStack stack = new RunningStack(data, process, output);
        Awaitility.await("mailroom up")
                .atMost(START_MAX)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> !process.isAlive() || stack.said().contains("Ready"));
        assertThat(process.isAlive()).as(stack.said()).isTrue();
        return stack;
    }

    String said() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    JsonNode state() throws IOException {
        return JSON.readTree(Files.readString(data.resolve("stack.json")));
    }

    String address(String name) {
        try {
            return state().at("/addresses/" + name).asText();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    String token(String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("token", "--data", data.toString()));
        arguments.addAll(List.of(options));
        return outputOf(0, Map.of(), arguments.toArray(String[]::new)).strip();
    }

    Answer ask(String token, String method, String service, String path, @Nullable String body) {
        HttpRequest.BodyPublisher publisher =
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        HttpRequest request = HttpRequest.newBuilder(URI.create(address(service) + path))
                .timeout(ANSWER_MAX)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, publisher)
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            JsonNode json = response.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(response.body());
            return new Answer(response.statusCode(), json);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** kill -9 for the command and everything it started, all at the same moment. */
    void kill() throws InterruptedException {
        killTree(process.toHandle());
        process.waitFor();
    }

    private static void killTree(ProcessHandle root) {
        List<ProcessHandle> all = new ArrayList<>(root.descendants().toList());
        all.add(root);
        all.forEach(ProcessHandle::destroyForcibly);
    }

    /** Ctrl-C, and what stays alive after it. */
    List<ProcessHandle> interrupt() throws IOException, InterruptedException {
        List<ProcessHandle> children = process.descendants().toList();
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            killTree(process.toHandle());
            throw new AssertionError("Ctrl-C did not end it: " + said());
        }
        return children.stream().filter(ProcessHandle::isAlive).toList();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (process.isAlive()) {
            interrupt();
        }
    }
}

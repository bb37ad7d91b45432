package dev.mailroom.localstack.stack;

import dev.mailroom.localstack.terminal.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;

/** Waits until a service says that it is ready. */
final class Readiness {

    private static final Duration READY_MAX = Duration.ofSeconds(90);
    private static final Duration ASK_EVERY = Duration.ofMillis(100);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
    private static final int HTTP_OK = 200;

    private Readiness() {}

    /** @throws CommandFailure if the service ends, or is not ready within {@link #READY_MAX} */
    static void await(String url, ServiceProcess service) {
        var request = HttpRequest.newBuilder(URI.create(url + "/q/health/ready"))
                .timeout(ANSWER_MAX)
                .build();
        long end = System.nanoTime() + READY_MAX.toNanos();
        try (var client = HttpClient.newBuilder().connectTimeout(ANSWER_MAX).build()) {
            while (System.nanoTime() < end) {
                if (!ProcessHandle.of(service.pid()).map(ProcessHandle::isAlive).orElse(false)) {
                    throw new CommandFailure(service.name().service() + " ended while it started: " + lastError(service)
                            + " (see " + service.log() + ")");
                }
                if (answers(client, request)) {
                    return;
                }
                Thread.sleep(ASK_EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while " + service.name().service() + " started", e);
        }
        throw new CommandFailure(service.name().service() + " was not ready within " + READY_MAX.toSeconds() + " s: "
                + lastError(service) + " (see " + service.log() + ")");
    }

    private static boolean answers(HttpClient client, HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == HTTP_OK;
        } catch (IOException e) {
            // Not listening yet.
            return false;
        }
    }

    private static String lastError(ServiceProcess service) {
        try (var lines = Files.lines(service.log(), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.contains("ERROR") || line.contains("Exception") || line.contains("Error:"))
                    .reduce((first, second) -> second)
                    .map(String::strip)
                    .orElse("it gave no reason");
        } catch (IOException e) {
            return "its log cannot be read";
        }
    }
}

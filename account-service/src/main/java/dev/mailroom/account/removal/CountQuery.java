package dev.mailroom.account.removal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Asks another service for numbers. Blocks its virtual thread, within a time for the whole. */
@ApplicationScoped
class CountQuery {
    private static final Logger LOG = Logger.getLogger(CountQuery.class);
    private static final int ANSWER_MAX_BYTES = 64 * 1024;
    private static final int OK = 200;

    private final Optional<Path> tokenFile;
    private final ObjectMapper json;
    private final HttpClient client;

    /** @param tokenFile with the token (JWT, role {@code service}) for calls between services, read for each call; none: no calls */
    CountQuery(@ConfigProperty(name = "mailroom.service-token-file") Optional<Path> tokenFile, ObjectMapper json) {
        this.tokenFile = tokenFile;
        this.json = json;
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** What is read of an answer. */
    interface Reading<T> {
        T of(JsonNode answer) throws IOException;
    }

    /**
     * Empty if no usable answer comes in time.
     *
     * @param service its name, for the log
     * @param max from the connection to the last byte
     */
    <T> Optional<T> ask(String service, URI address, Duration max, Reading<T> reading) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<T> asked = threads.submit(() -> ask(address, max, reading));
            try {
                return Optional.of(asked.get(max.toMillis(), TimeUnit.MILLISECONDS));
            } catch (ExecutionException | TimeoutException e) {
                asked.cancel(true);
                LOG.warnf("%s did not count for %s: %s", service, address.getRawPath(), reason(e));
                return Optional.empty();
            } catch (InterruptedException e) {
                asked.cancel(true);
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }

    /** @throws IOException if it is no number */
    static long count(JsonNode answer, String name) throws IOException {
        JsonNode value = answer.path(name);
        if (!value.isIntegralNumber()) {
            throw new IOException("no " + name);
        }
        return value.asLong();
    }

    private <T> T ask(URI address, Duration max, Reading<T> reading) throws IOException, InterruptedException {
        Path token = tokenFile.orElseThrow(() -> new IOException("mailroom.service-token-file is not set"));
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(max)
                .header("Accept", "application/json")
                .header(
                        "Authorization",
                        "Bearer "
                                + Files.readString(token, StandardCharsets.US_ASCII)
                                        .strip())
                .GET()
                .build();
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != OK) {
                throw new IOException("status " + response.statusCode());
            }
            byte[] bytes = body.readNBytes(ANSWER_MAX_BYTES + 1);
            if (bytes.length > ANSWER_MAX_BYTES) {
                throw new IOException("answer too large");
            }
            return reading.of(json.readTree(bytes));
        }
    }

    private static String reason(Exception failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause instanceof IOException && cause.getClass() == IOException.class
                ? String.valueOf(cause.getMessage())
                : cause.getClass().getSimpleName();
    }
}

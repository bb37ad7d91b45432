package dev.mailroom.account.removal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Asks sync-service how much it has of an account. Blocks its virtual thread, within a time for the whole. */
@ApplicationScoped
class SyncCounts {
    private static final Logger LOG = Logger.getLogger(SyncCounts.class);
    private static final int ANSWER_MAX_BYTES = 64 * 1024;
    private static final int OK = 200;

    private final SyncServiceConfig config;
    private final Optional<Path> tokenFile;
    private final ObjectMapper json;
    private final HttpClient client;

    /** @param tokenFile with the token (JWT, role {@code service}) for calls between services, read for each call; none: no calls */
    SyncCounts(
            SyncServiceConfig config,
            @ConfigProperty(name = "mailroom.service-token-file") Optional<Path> tokenFile,
            ObjectMapper json) {
        this.config = config;
        this.tokenFile = tokenFile;
        this.json = json;
        this.client = HttpClient.newBuilder()
                .connectTimeout(config.countsTimeout())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    record Counts(long messages, long mailboxes) {}

    /** Empty if no usable answer comes in time. */
    Optional<Counts> of(UUID organization, UUID account) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Counts> asked = threads.submit(() -> ask(organization, account));
            try {
                return Optional.of(asked.get(config.countsTimeout().toMillis(), TimeUnit.MILLISECONDS));
            } catch (ExecutionException | TimeoutException e) {
                asked.cancel(true);
                LOG.warnf("account=%s not counted by sync-service: %s", account, reason(e));
                return Optional.empty();
            } catch (InterruptedException e) {
                asked.cancel(true);
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }

    private Counts ask(UUID organization, UUID account) throws IOException, InterruptedException {
        Path token = tokenFile.orElseThrow(() -> new IOException("mailroom.service-token-file is not set"));
        HttpRequest request = HttpRequest.newBuilder(
                        config.url().resolve("/v1/sync/accounts/" + account + "?organization=" + organization))
                .timeout(config.countsTimeout())
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
            JsonNode answer = json.readTree(bytes);
            return new Counts(count(answer, "messages"), count(answer, "mailboxes"));
        }
    }

    private static long count(JsonNode answer, String name) throws IOException {
        JsonNode value = answer.path(name);
        if (!value.isIntegralNumber()) {
            throw new IOException("no " + name);
        }
        return value.asLong();
    }

    private static String reason(Exception failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause instanceof IOException && cause.getClass() == IOException.class
                ? String.valueOf(cause.getMessage())
                : cause.getClass().getSimpleName();
    }
}

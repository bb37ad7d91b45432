package dev.mailroom.sync.account;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;

/** Calls to the other services of Mailroom, with the service token, a time-out and a bound on the answer. */
@Singleton
public class ServiceCalls {
    private static final int OK = 200;

    private final AccountConfig config;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    @Inject
    public ServiceCalls(AccountConfig config) {
        this.config = config;
    }

    /** What a service answered. */
    public sealed interface Answer {
        record Found(byte[] body) implements Answer {}

        /** There is no such thing, and asking again will not change it: 404 or 410. */
        record Missing() implements Answer {}

        /** Not now: the service is away, refuses the token, or answers more than the bound. */
        record Failed(String reason) implements Answer {}
    }

    /** @param maxBytes of the body; a longer one is a failure */
    public Answer get(URI uri, String accept, int maxBytes) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .timeout(config.serviceCallTimeout())
                    .header("Accept", accept)
                    .header("Authorization", "Bearer " + token())
                    .GET()
                    .build();
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() == 404 || response.statusCode() == 410) {
                    return new Answer.Missing();
                }
                if (response.statusCode() != OK) {
                    return new Answer.Failed("status " + response.statusCode());
                }
                byte[] bytes = body.readNBytes(maxBytes + 1);
                return bytes.length > maxBytes ? new Answer.Failed("answer too large") : new Answer.Found(bytes);
            }
        } catch (IOException e) {
            return new Answer.Failed(e.getClass().getSimpleName());
        }
    }

    private String token() throws IOException {
        if (config.serviceTokenFile().isEmpty()) {
            throw new IOException("mailroom.service-token-file is not set");
        }
        return Files.readString(config.serviceTokenFile().get(), StandardCharsets.US_ASCII)
                .strip();
    }
}

package dev.mailroom.localstack.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailroom.localstack.signing.TokenRequest;
import dev.mailroom.localstack.stack.DataFolder;
import dev.mailroom.localstack.stack.ServiceName;
import dev.mailroom.localstack.terminal.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;

/** The services of one stack, asked in the name of a person of its organization. Thread safe. */
public final class MailroomApi implements AutoCloseable {

    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    /** The verification of a mailbox talks to two servers of somebody else. */
    private static final Duration ANSWER_MAX = Duration.ofSeconds(90);

    private static final Duration TOKEN_LIFETIME = Duration.ofHours(12);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build();
    private final Function<ServiceName, String> address;
    private final String token;

    private MailroomApi(Function<ServiceName, String> address, String token) {
        this.address = address;
        this.token = token;
    }

    /** @param address where each service is, for example {@code http://127.0.0.1:8081} */
    public static MailroomApi of(DataFolder folder, Function<ServiceName, String> address) {
        return as("owner", folder, address);
    }

    /** The same in the name of the person who runs the installation. */
    public static MailroomApi ofOperator(DataFolder folder, Function<ServiceName, String> address) {
        return as("operator", folder, address);
    }

    private static MailroomApi as(String role, DataFolder folder, Function<ServiceName, String> address) {
        var secrets = folder.secrets();
        String token =
                secrets.signingKey().sign(new TokenRequest(role, secrets.organization(), "local-user", TOKEN_LIFETIME));
        return new MailroomApi(address, token);
    }

    /** An empty JSON object to fill. */
    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    public ApiAnswer get(ServiceName service, String path) {
        return send(service, request(service, path).GET());
    }

    /** A POST that may be repeated without harm: it carries a new Idempotency-Key. */
    public ApiAnswer post(ServiceName service, String path, JsonNode body) {
        return send(
                service,
                request(service, path)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    private HttpRequest.Builder request(ServiceName service, String path) {
        return HttpRequest.newBuilder(URI.create(address.apply(service) + path))
                .timeout(ANSWER_MAX)
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json, application/problem+json");
    }

    private ApiAnswer send(ServiceName service, HttpRequest.Builder request) {
        try {
            var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new ApiAnswer(response.statusCode(), json(response.body()));
        } catch (IOException e) {
            throw new CommandFailure(
                    service.service() + " does not answer: " + e.getClass().getSimpleName(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while " + service.service() + " was asked", e);
        }
    }

    private static JsonNode json(String text) {
        if (text.isBlank()) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode().put("title", text.lines().findFirst().orElse(""));
        }
    }

    @Override
    public void close() {
        client.close();
    }
}

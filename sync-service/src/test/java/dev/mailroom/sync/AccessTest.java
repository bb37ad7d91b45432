package dev.mailroom.sync;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.testkit.TestTokens;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every endpoint, asked by everybody about every kind of account. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class AccessTest extends Colleagues {
    private static final int UNREACHABLE = 503;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TestHTTPResource
    URI address;

    private final HttpClient client = HttpClient.newHttpClient();

    /** @param entries of {@code data}, -1 where the answer is no list */
    private record Answer(int status, int entries) {}

    /** What an endpoint is asked, and what it should answer. */
    private interface Case {
        Call call(Example example);

        Answer expected(Person person, Example example);
    }

    private record Call(
            String method, String path, @Nullable String body) {
        static Call get(String path) {
            return new Call("GET", path, null);
        }
    }

    private record Simple(java.util.function.Function<Example, Call> asked, Expectation expectation) implements Case {
        @Override
        public Call call(Example example) {
            return asked.apply(example);
        }

        @Override
        public Answer expected(Person person, Example example) {
            return expectation.of(person, example);
        }
    }

    private interface Expectation {
        Answer of(Person person, Example example);
    }

    private Expectation inspects(int status) {
        return (person, example) -> {
            boolean manager = relation(person, example.sharing()) == Relation.MANAGER;
            return new Answer(manager || reads(person, example.sharing()) ? status : 404, -1);
        };
    }

    private Expectation reads(int status) {
        return (person, example) -> new Answer(reads(person, example.sharing()) ? status : 404, -1);
    }

    private Expectation readsAddressed(int status, int byAddress) {
        return (person, example) -> new Answer(
                reads(person, example.sharing())
                        ? status
                        : relation(person, example.sharing()) == Relation.ADDRESS_READER ? byAddress : 404,
                -1);
    }

    private Expectation changes() {
        return (person, example) -> switch (relation(person, example.sharing())) {
            case OWNER -> new Answer(200, -1);
            // A personal account is its owner's.
            case MANAGER ->
                new Answer(example.sharing() == Sharing.EVERYONE || example.sharing() == Sharing.TEAM ? 200 : 403, -1);
            case READER -> new Answer(403, -1);
            case ADDRESS_READER, NOBODY -> new Answer(404, -1);
        };
    }

    private Map<String, List<Case>> cases() {
        Map<String, List<Case>> cases = new TreeMap<>();
        put(cases, "GET /v1/sync/accounts/{id}", inspects(200), e -> Call.get("/v1/sync/accounts/" + e.account()));
        put(
                cases,
                "GET /v1/sync/accounts/{id}/stream",
                inspects(200),
                e -> Call.get("/v1/sync/accounts/" + e.account() + "/stream"));
        put(cases, "GET /v1/mailboxes", inspects(200), e -> Call.get("/v1/mailboxes?account=" + e.account()));
        put(
                cases,
                "PATCH /v1/mailboxes/{id}",
                changes(),
                e -> new Call("PATCH", "/v1/mailboxes/" + e.mailbox(), "{\"pinned\": true}"));
        put(
                cases,
                "GET /v1/messages",
                (person, example) -> new Answer(
                        200,
                        reads(person, example.sharing())
                                ? 2
                                : relation(person, example.sharing()) == Relation.ADDRESS_READER ? 1 : 0),
                e -> Call.get("/v1/messages?account=" + e.account()));
        put(
                cases,
                "GET /v1/messages",
                (person, example) -> new Answer(200, reads(person, example.sharing()) ? 2 : 0),
                e -> Call.get("/v1/messages?mailbox=" + e.mailbox()));
        put(
                cases,
                "GET /v1/messages",
                (person, example) -> new Answer(
                        200, readsAddressed(200, 200).of(person, example).status() == 200 ? 1 : 0),
                e -> Call.get("/v1/messages?conversation=" + e.conversation()));
        put(cases, "GET /v1/messages/{id}", readsAddressed(200, 200), e -> Call.get("/v1/messages/" + e.addressed()));
        put(cases, "GET /v1/messages/{id}", reads(200), e -> Call.get("/v1/messages/" + e.other()));
        put(
                cases,
                "GET /v1/messages/{id}/raw",
                readsAddressed(UNREACHABLE, UNREACHABLE),
                e -> Call.get("/v1/messages/" + e.addressed() + "/raw"));
        put(
                cases,
                "GET /v1/messages/{id}/raw",
                reads(UNREACHABLE),
                e -> Call.get("/v1/messages/" + e.other() + "/raw"));
        put(
                cases,
                "GET /v1/messages/{id}/content",
                readsAddressed(UNREACHABLE, UNREACHABLE),
                e -> Call.get("/v1/messages/" + e.addressed() + "/content"));
        put(
                cases,
                "GET /v1/messages/{id}/content",
                reads(UNREACHABLE),
                e -> Call.get("/v1/messages/" + e.other() + "/content"));
        put(
                cases,
                "GET /v1/messages/{id}/attachments/{part}",
                reads(UNREACHABLE),
                e -> Call.get("/v1/messages/" + e.other() + "/attachments/2"));
        put(
                cases,
                "GET /v1/messages/{id}/attachments/{part}",
                readsAddressed(UNREACHABLE, UNREACHABLE),
                e -> Call.get("/v1/messages/" + e.addressed() + "/attachments/2"));
        put(
                cases,
                "POST /v1/messages/{id}/commands",
                readsAddressed(202, 403),
                e -> new Call("POST", "/v1/messages/" + e.addressed() + "/commands", "{\"type\": \"mark_read\"}"));
        put(
                cases,
                "POST /v1/messages/{id}/commands",
                reads(202),
                e -> new Call(
                        "POST",
                        "/v1/messages/" + e.other() + "/commands",
                        "{\"type\": \"mark_read\", \"account\": \"" + e.account() + "\"}"));
        put(cases, "GET /v1/commands/{id}", reads(200), e -> Call.get("/v1/commands/" + e.command()));
        put(
                cases,
                "GET /v1/conversations/{id}",
                readsAddressed(200, 200),
                e -> Call.get("/v1/conversations/" + e.conversation()));
        put(
                cases,
                "GET /v1/conversations/{id}/messages",
                readsAddressed(200, 200),
                e -> Call.get("/v1/conversations/" + e.conversation() + "/messages"));
        put(
                cases,
                "GET /v1/quarantine",
                (person, example) ->
                        new Answer(200, inspects(200).of(person, example).status() == 200 ? 1 : 0),
                e -> Call.get("/v1/quarantine?account=" + e.account()));
        put(
                cases,
                "GET /v1/quarantine/{id}/raw",
                reads(200),
                e -> Call.get("/v1/quarantine/" + e.quarantined() + "/raw"));
        put(
                cases,
                "POST /v1/quarantine/{id}/retry",
                inspects(202),
                e -> new Call("POST", "/v1/quarantine/" + e.quarantined() + "/retry", ""));
        return cases;
    }

    private static void put(
            Map<String, List<Case>> cases,
            String endpoint,
            Expectation expectation,
            java.util.function.Function<Example, Call> call) {
        cases.computeIfAbsent(endpoint, key -> new ArrayList<>()).add(new Simple(call, expectation));
    }

    @Test
    void everyEndpointShowsEverybodyWhatHeMaySeeAndNoMore() throws Exception {
        Map<Sharing, Example> examples = new EnumMap<>(Sharing.class);
        for (Sharing sharing : Sharing.values()) {
            examples.put(sharing, example(sharing));
        }
        withAttachments();
        Map<String, List<Case>> cases = cases();
        List<String> wrong = new ArrayList<>();
        for (var entry : cases.entrySet()) {
            for (Case one : entry.getValue()) {
                for (Example example : examples.values()) {
                    for (Person person : people) {
                        Answer expected = one.expected(person, example);
                        Answer actual = ask(one.call(example), token(person), expected.entries() >= 0);
                        if (!expected.equals(actual)) {
                            wrong.add(entry.getKey() + " " + example.sharing() + " " + person.name() + "/"
                                    + person.role() + ": expected " + expected + ", got " + actual);
                        }
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyEndpointRefusesServicesOperatorsAndWhoeverHasNoToken() throws Exception {
        Example example = example(Sharing.EVERYONE);
        for (Map.Entry<String, List<Case>> entry : cases().entrySet()) {
            // A service that does not say for which organization it asks is told so; it still sees nothing.
            int service = entry.getKey().equals("GET /v1/sync/accounts/{id}") ? 400 : 403;
            for (Case one : entry.getValue()) {
                Call call = one.call(example);
                assertThat(ask(call, TestTokens.token("service", null, "other-service"), false)
                                .status())
                        .as("service: " + call)
                        .isEqualTo(service);
                assertThat(ask(call, TestTokens.token("operator", null, "operator"), false)
                                .status())
                        .as("operator: " + call)
                        .isEqualTo(403);
                assertThat(ask(call, TestTokens.token("member", null, "nobody"), false)
                                .status())
                        .as("no organization: " + call)
                        .isEqualTo(403);
                assertThat(ask(call, null, false).status())
                        .as("no token: " + call)
                        .isEqualTo(401);
            }
        }
    }

    /** A new endpoint is to be thought of here. */
    @Test
    void everyEndpointHasACase() throws Exception {
        JsonNode document = JSON.readTree(
                given().accept("application/json").get("/q/openapi?format=json").asString());
        Set<String> endpoints = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    if (Set.of("get", "put", "post", "patch", "delete").contains(method)) {
                        endpoints.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey());
                    }
                }));
        Set<String> known = new TreeSet<>(cases().keySet());
        known.add("GET /v1/conversations");
        assertThat(endpoints).isNotEmpty().isEqualTo(known);
    }

    @Test
    void aListOfConversationsHasThoseWithAMessageThatThePersonMaySee() throws Exception {
        Example personal = example(Sharing.PERSONAL);
        Example team = example(Sharing.TEAM);
        Example addressed = example(Sharing.ADDRESS);
        Example ownerless = example(Sharing.OWNERLESS);

        assertThat(conversations(anna))
                .contains(personal.conversation(), team.conversation(), addressed.conversation());
        assertThat(conversations(anna)).hasSize(6).doesNotContain(ownerless.conversation());
        assertThat(conversations(carl)).hasSize(2).contains(team.conversation());
        assertThat(conversations(rosa)).containsExactly(addressed.conversation());
        assertThat(conversations(bert)).isEmpty();
        assertThat(conversations(boss)).isEmpty();
        assertThat(conversations(stranger)).isEmpty();
    }

    @Test
    void whatASharedAddressShowsHidesWhereItLies() throws Exception {
        Example example = example(Sharing.ADDRESS);
        JsonNode seen = read(rosa, "/v1/messages/" + example.addressed());

        JsonNode copy = seen.path("copies").path(0);
        assertThat(seen.path("copies")).hasSize(1);
        assertThat(copy.path("account").asText()).isEqualTo(example.account().toString());
        assertThat(copy.path("mailbox").isTextual()).isFalse();
        assertThat(copy.path("path")).isEmpty();
        assertThat(copy.path("role").isTextual()).isFalse();
        assertThat(seen.path("labels")).isEmpty();
        assertThat(seen.path("body").asText()).contains("About to support");
    }

    @Test
    void whatIsTakenAwayIsGoneAtOnce() throws Exception {
        Example team = example(Sharing.TEAM);
        Example addressed = example(Sharing.ADDRESS);
        assertThat(ask(Call.get("/v1/messages/" + team.other()), token(carl), false)
                        .status())
                .isEqualTo(200);
        assertThat(ask(Call.get("/v1/messages/" + addressed.addressed()), token(rosa), false)
                        .status())
                .isEqualTo(200);

        tell(state(team.account(), Sharing.PERSONAL, 2));
        tell(state(addressed.account(), Sharing.PERSONAL, 2));

        assertThat(ask(Call.get("/v1/messages/" + team.other()), token(carl), false)
                        .status())
                .isEqualTo(404);
        assertThat(ask(Call.get("/v1/messages/" + addressed.addressed()), token(rosa), false)
                        .status())
                .isEqualTo(404);
    }

    /** Message text has no attachment of its own: the row is given one. */
    private void withAttachments() {
        database.execute("""
                update message set content = jsonb_set(content, '{attachments}',
                    '[{"part": "2", "filename": "a.txt", "media_type": "text/plain", "size_bytes": 3, "inline": false}]')
                where organization_id = $1
                """, organization);
        database.execute("update quarantine set raw = 'Subject: x'::bytea where organization_id = $1", organization);
    }

    private List<UUID> conversations(Person person) throws Exception {
        List<UUID> ids = new ArrayList<>();
        read(person, "/v1/conversations?view=all")
                .path("data")
                .forEach(entry -> ids.add(UUID.fromString(entry.path("id").asText())));
        return ids;
    }

    private JsonNode read(Person person, String path) throws Exception {
        return JSON.readTree(given().header("Authorization", "Bearer " + token(person))
                .get(path)
                .asString());
    }

    private static String token(Person person) {
        return TestTokens.token(person.role(), person.organization(), person.name());
    }

    private Answer ask(Call call, @Nullable String token, boolean list) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve(call.path()));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (call.path().endsWith("/stream")) {
            request.header("Accept", "text/event-stream");
        }
        String body = call.body();
        if (body == null) {
            request.method(call.method(), HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(call.method(), HttpRequest.BodyPublishers.ofString(body));
        }
        HttpResponse<InputStream> response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = response.body()) {
            if (!list || response.statusCode() != 200) {
                return new Answer(response.statusCode(), -1);
            }
            JsonNode answer = JSON.readTree(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            return new Answer(200, answer.path("data").size());
        }
    }
}

package dev.mailroom.account.alias;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import dev.mailroom.testkit.KafkaLog;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sharing the mail of one address, in an installation whose mail server is away: what is to be sent stays where a test can read it. */
@QuarkusTest
@TestProfile(SharedAddressTest.WithoutAnswer.class)
class SharedAddressTest extends ServiceTest {
    private static final String ALIASES = "/v1/accounts/{id}/aliases";
    private static final String ALIAS = ALIASES + "/{alias_id}";
    private static final String ASK = ALIAS + "/confirmation";
    private static final Pattern LINK =
            Pattern.compile("https://mail\\.example\\.com/app/shared-addresses/confirm#([A-Za-z0-9_-]{43})\\s");

    private final TestMailbox mailbox = TestMailbox.start();
    private final String address = "support-" + UUID.randomUUID() + "@example.com";
    private UUID account = UUID.randomUUID();

    /** Mail is on, and its server does not answer. */
    public static class WithoutAnswer implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "mailroom.notice.host", "127.0.0.1",
                    "mailroom.notice.port", "1",
                    "mailroom.notice.from", "mailroom@system.example",
                    "mailroom.notice.link-base", "https://mail.example.com/app/");
        }
    }

    @BeforeEach
    void connect() {
        account = connected(mailbox);
    }

    @AfterEach
    void stopMailbox() {
        mailbox.close();
    }

    @Test
    void sharesAnAddressOnceItsReaderAgreed() {
        UUID bo = colleague();
        UUID alias = shared(Map.of("users", List.of(bo)));
        asAdmin().get(ALIAS, account, alias).then().body("confirmation", equalTo("pending"));
        assertThat(readers(2)).isEmpty();
        String token = token();

        confirm(UUID.randomUUID(), UUID.randomUUID(), token)
                .statusCode(404)
                .body("type", equalTo("https://mailroom.dev/problems/not-found"));
        confirm(organization, UUID.randomUUID(), token)
                .statusCode(200)
                .body("address", equalTo(address))
                .body("alias", equalTo(alias.toString()));

        assertThat(readers(3)).containsExactly(bo.toString());
        assertThat(state(3).at("/aliases/1/senders").isMissingNode()).isTrue();
        asAdmin().get(ALIAS, account, alias).then().body("confirmation", equalTo("confirmed"));
        as("member", organization, bo).get(ALIASES, account).then().statusCode(404);
        confirm(organization, user, token)
                .statusCode(409)
                .body("type", equalTo("https://mailroom.dev/problems/link-used"));
        patch(alias, Map.of("readers", Map.of("everyone", true)))
                .statusCode(200)
                .body("confirmation", equalTo("confirmed"));
        assertThat(state(4).at("/aliases/1/readers/everyone").asBoolean()).isTrue();
        assertThat(mails()).hasSize(1);
        assertThat(rows("select action from audit_log where organization_id = '" + organization + "'"))
                .contains("alias.address_confirmed");
    }

    @Test
    void keepsADigestOfTheTokenAndNoMore() {
        UUID alias = shared(Map.of("everyone", true));

        List<String> kept = rows("select row_to_json(p)::text from address_proofs p where alias_id = '" + alias + "'");

        assertThat(kept).singleElement().asString().contains(address).doesNotContain(token());
        assertThat(state(2).toString()).doesNotContain(token());
    }

    @Test
    void followsATeam() {
        UUID bo = colleague();
        UUID cy = colleague();
        UUID team = team(List.of(bo), List.of());
        UUID alias = shared(Map.of("team", team));
        confirm(organization, user, token()).statusCode(200);
        assertThat(readers(3)).containsExactly(bo.toString());

        asAdmin()
                .body(Map.of("members", List.of(bo, cy)))
                .patch("/v1/teams/{id}", team)
                .then()
                .statusCode(200);
        assertThat(readers(4)).containsExactlyInAnyOrder(bo.toString(), cy.toString());

        asAdmin().delete("/v1/users/{id}?confirm=true", bo).then().statusCode(204);
        assertThat(readers(5)).containsExactly(cy.toString());

        asAdmin().delete("/v1/teams/{id}?confirm=true", team).then().statusCode(204);
        assertThat(readers(6)).isEmpty();
        assertThat(lastAudited("readers", alias)).isEqualTo("team" + team + " nobody");
        asAdmin()
                .get(ALIAS, account, alias)
                .then()
                .body("readers.users", equalTo(List.of()))
                .body("readers.everyone", equalTo(false));
    }

    @Test
    void forgetsWhoeverLeavesTheOrganization() {
        UUID bo = colleague();
        UUID cy = colleague();
        UUID alias = shared(Map.of("users", List.of(bo, cy)));
        patch(alias, Map.of("senders", Map.of("users", List.of(bo, cy)))).statusCode(200);
        confirm(organization, user, token()).statusCode(200);
        as("member", organization, bo)
                .body(Map.of("name", "Bo"))
                .put(ALIAS + "/mine", account, alias)
                .then()
                .statusCode(200);

        asAdmin().delete("/v1/users/{id}?confirm=true", bo).then().statusCode(204);

        assertThat(lastAudited("senders", alias))
                .isEqualTo("users[%s, %s] users[%s]".formatted(bo, cy, cy))
                .isEqualTo(lastAudited("readers", alias));
        assertThat(readers(5)).containsExactly(cy.toString());
        assertThat(texts(state(5).at("/aliases/1/senders/users"))).containsExactly(cy.toString());
        assertThat(rows("select name from alias_overrides where alias_id = '" + alias + "'"))
                .isEmpty();
    }

    @Test
    void takesALinkOnceThoughManyFollowItAtATime() throws Exception {
        shared(Map.of("everyone", true));
        String token = token();
        CountDownLatch go = new CountDownLatch(1);

        List<Integer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(threads.submit(() -> {
                    go.await();
                    return confirm(organization, user, token).extract().statusCode();
                }));
            }
            go.countDown();
            for (Future<Integer> one : all) {
                answers.add(one.get());
            }
        }

        assertThat(answers).containsExactlyInAnyOrder(200, 409, 409, 409);
        asAdmin().get("/v1/accounts/{id}", account).then().body("revision", equalTo(3));
    }

    @Test
    void refusesALinkThatIsOldOrForAnotherAddress() {
        UUID alias = shared(Map.of("everyone", true));
        String token = token();
        age("expires_at = now() - interval '1 second'", alias);
        confirm(organization, user, token)
                .statusCode(409)
                .body("type", equalTo("https://mailroom.dev/problems/link-expired"));
        age("expires_at = now() + interval '1 hour', created_at = created_at - interval '2 minutes'", alias);
        patch(alias, Map.of("address", "other-" + address)).statusCode(200).body("confirmation", equalTo("pending"));

        confirm(organization, user, token).statusCode(409);

        assertThat(state(3).at("/aliases/1/readers/everyone").asBoolean()).isFalse();
        for (String nonsense : List.of("x", "x".repeat(43), "x".repeat(10_000), "a\nb")) {
            confirm(organization, user, nonsense).statusCode(404);
        }
        confirm(organization, user, "a\u0000b").statusCode(400);
        for (String body :
                List.of("", "null", "{}", "{\"token\": null}", "{\"token\": \" \"}", "[]", "{\"token\": {}}")) {
            asAdmin().body(body).post("/v1/shared-addresses/confirm").then().statusCode(400);
        }
        asAdmin().body("{}").post("/v1/shared-addresses/confirm").then().body("errors.pointer", hasItem("/token"));
    }

    @Test
    void mailsFewLinks() {
        UUID alias = shared(Map.of("everyone", true));
        ask(alias).statusCode(429).header("Retry-After", notNullValue());
        age("created_at = created_at - interval '2 minutes'", alias);
        ask(alias).statusCode(202);
        assertThat(mails()).hasSize(2);
        execute("select set_config('mailroom.organization', '*', false);"
                + " insert into address_proofs (token_digest, organization_id, account_id, alias_id, address, asked_by, created_at,"
                + " expires_at) select sha256(convert_to(gen_random_uuid()::text, 'UTF8')), organization_id, account_id, id, address,"
                + " account_id, now() - interval '1 hour', now() from aliases, generate_series(1, 18)"
                + " where id = '" + alias + "'");
        age("created_at = created_at - interval '2 minutes'", alias);

        ask(alias).statusCode(429);
        asAdmin()
                .body(Map.of("address", "more@example.com", "readers", Map.of("everyone", true)))
                .post(ALIASES, account)
                .then()
                .statusCode(429);

        asAdmin().get(ALIASES, account).then().body("data.size()", equalTo(2));
    }

    @Test
    void aChangeForWhichNoLinkCanBeMailedIsRefusedAsAWhole() {
        UUID alias = shared(Map.of("everyone", true));
        String before = asAdmin().get(ALIAS, account, alias).asString();
        String revision = revision();

        patch(alias, Map.of("name", "Other", "description", "new", "address", "other@example.com"))
                .statusCode(429)
                .header("Retry-After", notNullValue())
                .body("detail", containsString("Nothing was saved"));

        assertThat(asAdmin().get(ALIAS, account, alias).asString()).isEqualTo(before);
        assertThat(revision()).isEqualTo(revision);
        patch(alias, Map.of("name", "Other")).statusCode(200).body("name", equalTo("Other"));
    }

    private String revision() {
        return asAdmin().get("/v1/accounts/{id}", account).then().extract().path("updated_at");
    }

    @Test
    void asksForTheOwnerAndForManagersOnly() {
        UUID alias = shared(Map.of("everyone", true));
        as("member", organization, colleague()).post(ASK, account, alias).then().statusCode(404);
        as("owner", UUID.randomUUID(), user).post(ASK, account, alias).then().statusCode(404);
        asAdmin().post(ASK, account, UUID.randomUUID()).then().statusCode(404);
        UUID first =
                UUID.fromString(asAdmin().get(ALIASES, account).then().extract().path("data[0].id"));
        ask(first).statusCode(409).body("type", equalTo("https://mailroom.dev/problems/nothing-to-confirm"));
        for (String role : List.of("service", "operator")) {
            as(role, organization, user)
                    .body(Map.of("token", "x"))
                    .post("/v1/shared-addresses/confirm")
                    .then()
                    .statusCode(403);
        }
    }

    @Test
    void sharesWithNoMorePeopleThanAnEventHolds() {
        UUID team = team(List.of(colleague()), List.of());
        UUID alias = shared(Map.of("team", team));
        confirm(organization, user, token()).statusCode(200);
        String people = "select set_config('mailroom.organization', '*', false);"
                + " insert into users (organization_id, id, revision, name, role, created_at, updated_at)"
                + " select '" + organization + "', gen_random_uuid(), 1, 'grown', 'member', now(), now()"
                + " from generate_series(1, 6001);"
                + " insert into team_people (team_id, user_id, organization_id, observer) select '" + team
                + "', id, organization_id, false from users where organization_id = '" + organization
                + "' and name = 'grown'";
        execute(people);

        patch(alias, Map.of("name", "x")).statusCode(400).body("errors.pointer", hasItem("/readers/team"));
        asAdmin().post("/v1/accounts/{id}/pause", account).then().statusCode(200);

        assertThat(readers(4)).isEmpty();
    }

    private UUID shared(Map<String, ?> readers) {
        return UUID.fromString(asAdmin()
                .body(Map.of("address", address, "readers", readers))
                .post(ALIASES, account)
                .then()
                .statusCode(201)
                .extract()
                .path("id"));
    }

    private ValidatableResponse patch(UUID alias, Map<String, ?> change) {
        return asAdmin().body(change).patch(ALIAS, account, alias).then();
    }

    private ValidatableResponse ask(UUID alias) {
        return asAdmin().post(ASK, account, alias).then();
    }

    private static ValidatableResponse confirm(UUID organization, UUID user, String token) {
        return as("member", organization, user)
                .body(Map.of("token", token))
                .post("/v1/shared-addresses/confirm")
                .then();
    }

    private static void age(String change, UUID alias) {
        execute("select set_config('mailroom.organization', '*', false); update address_proofs set " + change
                + " where alias_id = '" + alias + "'");
    }

    private List<String> mails() {
        return rows("select body_text from system_mails where recipient = '" + address + "'");
    }

    private String token() {
        Matcher link = LINK.matcher(mails().getFirst());
        assertThat(link.find()).isTrue();
        return link.group(1);
    }

    /** The field before and after, in the last entry that says so. */
    private static String lastAudited(String field, UUID alias) {
        return rows("select concat_ws(' ', c ->> 'old', c ->> 'now') from audit_log, jsonb_array_elements(changes) c"
                        + " where action = 'alias.changed' and subject_id = '" + alias + "' and c ->> 'field' = '"
                        + field
                        + "' order by id desc limit 1")
                .getFirst();
    }

    private List<String> readers(int revision) {
        return texts(state(revision).at("/aliases/1/readers/users"));
    }

    /** The state of the account in its event with this revision. */
    private JsonNode state(int revision) {
        try (KafkaLog events = KafkaLog.of("mailroom.account.events")) {
            return events.awaitAll(
                            "events", revision, record -> account.toString().equals(record.key()))
                    .get(revision - 1)
                    .data()
                    .at("/state");
        }
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}

package dev.mailroom.account.alias;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import dev.mailroom.testkit.KafkaLog;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class AliasTest extends ServiceTest {
    private static final String ALIASES = "/v1/accounts/{id}/aliases";
    private static final String ALIAS = ALIASES + "/{alias_id}";

    private final TestMailbox mailbox = TestMailbox.start();
    private UUID account = UUID.randomUUID();

    @BeforeEach
    void connect() {
        account = connected(mailbox);
    }

    @AfterEach
    void stopMailbox() {
        mailbox.close();
    }

    @Test
    void beginsWithADefaultAliasOfTheAccountsAddressAndName() {
        asAdmin()
                .get(ALIASES, account)
                .then()
                .statusCode(200)
                .body("data.size()", equalTo(1))
                .body("data[0].address", equalTo(mailbox.email()))
                .body("data[0].name", equalTo("Ana Silva"))
                .body("data[0].is_default", equalTo(true))
                .body("data[0].description", nullValue())
                .body("data[0].senders.sharing", equalTo(true))
                .body("data[0].readers.users", equalTo(List.of()))
                .body("data[0].confirmation", equalTo("not_needed"))
                .body("data[0].may_send", equalTo(true))
                .body("next", nullValue());
        JsonNode state = lastState(1);
        assertThat(state.at("/aliases/0/address").asText()).isEqualTo(mailbox.email());
        assertThat(state.at("/aliases/0/senders").isMissingNode()).isTrue();
        assertThat(texts(state.at("/addresses"))).containsExactly(mailbox.email());
    }

    @Test
    void tellsEachChangeOfAnAliasAsARevisionOfTheAccount() {
        UUID bo = colleague();
        UUID sales = UUID.fromString(add(Map.of(
                        "address", "Sales@Bücher.example",
                        "name", "Ana of Sales",
                        "description", "the description",
                        "signature", "<p>the signature</p>",
                        "signature_format", "html",
                        "senders", Map.of("users", List.of(bo))))
                .statusCode(201)
                .body("address", equalTo("Sales@xn--bcher-kva.example"))
                .body("signature_format", equalTo("html"))
                .extract()
                .path("id"));

        JsonNode added = lastState(2);
        assertThat(texts(added.at("/addresses"))).containsExactly(mailbox.email(), "sales@xn--bcher-kva.example");
        assertThat(added.at("/aliases/0/is_default").asBoolean()).isTrue();
        JsonNode alias = added.at("/aliases/1");
        assertThat(alias.at("/id").asText()).isEqualTo(sales.toString());
        assertThat(alias.at("/address").asText()).isEqualTo("sales@xn--bcher-kva.example");
        assertThat(alias.at("/name").asText()).isEqualTo("Ana of Sales");
        assertThat(texts(alias.at("/senders/users"))).containsExactly(bo.toString());
        assertThat(alias.at("/readers/everyone").asBoolean()).isFalse();
        assertThat(added.toString()).doesNotContain("the signature").doesNotContain("the description");

        patch(sales, Map.of("is_default", true, "senders", Map.of("everyone", true), "signature", ""))
                .statusCode(200)
                .body("is_default", equalTo(true))
                .body("signature", nullValue())
                .body("name", equalTo("Ana of Sales"));

        JsonNode changed = lastState(3);
        assertThat(changed.at("/aliases/0/id").asText()).isEqualTo(sales.toString());
        assertThat(changed.at("/aliases/0/senders/everyone").asBoolean()).isTrue();
        assertThat(changed.at("/aliases/1/is_default").asBoolean()).isFalse();
        asAdmin().get(ALIASES, account).then().body("data.is_default", contains(true, false));

        UUID first = idOf(1);
        asAdmin().delete(ALIAS, account, first).then().statusCode(204);

        JsonNode removed = lastState(4);
        assertThat(removed.at("/aliases").size()).isEqualTo(1);
        assertThat(texts(removed.at("/addresses"))).containsExactly(mailbox.email(), "sales@xn--bcher-kva.example");
        asAdmin().get(ALIAS, account, first).then().statusCode(404);
    }

    @Test
    void addsOnceWhatIsAskedForWithTheSameKey() {
        Map<String, String> form = Map.of("address", "sales@example.com", "signature", "Ana");
        String first = addWith("key", form).statusCode(201).extract().path("id");

        addWith("key", form).statusCode(201).body("id", equalTo(first)).body("senders.sharing", equalTo(true));
        addWith("key", Map.of("address", "other@example.com"))
                .statusCode(409)
                .body("type", equalTo("https://mailroom.dev/problems/idempotency-key-reused"));

        asAdmin().get(ALIASES, account).then().body("data.size()", equalTo(2));
    }

    @Test
    void aKeyThatCameWithAnotherAccountIsRefused() {
        Map<String, String> form = Map.of("address", "sales@example.com");
        addWith("key", form).statusCode(201);
        try (TestMailbox other = TestMailbox.start()) {
            UUID first = account;
            account = connected(other);

            addWith("key", form)
                    .statusCode(409)
                    .body("type", equalTo("https://mailroom.dev/problems/idempotency-key-reused"));

            asAdmin().get(ALIASES, account).then().body("data.size()", equalTo(1));
            addWith("another-key", form).statusCode(201);
            account = first;
        }
    }

    private ValidatableResponse addWith(String key, Map<String, ?> form) {
        return asAdmin()
                .header("Idempotency-Key", key)
                .body(form)
                .post(ALIASES, account)
                .then();
    }

    @Test
    void keepsADefaultAlias() {
        UUID first = idOf(0);
        add(Map.of("address", "other@example.com")).statusCode(201).body("name", equalTo("Ana Silva"));

        asAdmin()
                .delete(ALIAS, account, first)
                .then()
                .statusCode(409)
                .body("type", equalTo("https://mailroom.dev/problems/default-alias"));
        patch(first, Map.of("is_default", false))
                .statusCode(409)
                .body("type", equalTo("https://mailroom.dev/problems/default-alias"));

        assertThat(rows("select count(*) from aliases where is_default and account_id = '" + account + "'"))
                .containsExactly("1");
    }

    @Test
    void tellsAliasesOfOneAddressApartByTheirDescription() {
        add(Map.of("address", "Sales@example.com", "description", "English")).statusCode(201);
        add(Map.of("address", "sales@example.com", "description", "Français")).statusCode(201);

        add(Map.of("address", "SALES@example.com", "description", "english"))
                .statusCode(409)
                .body("type", equalTo("https://mailroom.dev/problems/alias-exists"));
        add(Map.of("address", mailbox.email())).statusCode(409);
        patch(idOf(2), Map.of("description", "English")).statusCode(409);

        assertThat(texts(lastState(3).at("/addresses"))).containsExactly(mailbox.email(), "sales@example.com");
    }

    @Test
    void letsTheDefaultAliasFollowTheNameOfItsAccount() {
        rename("Ana S.");
        asAdmin().get(ALIASES, account).then().body("data[0].name", equalTo("Ana S."));
        assertThat(lastState(2).at("/aliases/0/name").asText()).isEqualTo("Ana S.");

        patch(idOf(0), Map.of("name", "Mine")).statusCode(200);
        rename("Another");
        asAdmin().get(ALIASES, account).then().body("data[0].name", equalTo("Mine"));
    }

    @Test
    void letsEachPersonUseANameAndASignatureOfTheirOwn() {
        UUID colleague = colleague();
        UUID first = idOf(0);
        mine(as("member", organization, colleague), first, Map.of("name", "Bo")).statusCode(404);
        share(Map.of("mode", "shared", "users", List.of(colleague)));

        mine(as("member", organization, colleague), first, Map.of("name", "Bo", "signature", "Bo\n--"))
                .statusCode(200)
                .body("name", equalTo("Ana Silva"))
                .body("mine.name", equalTo("Bo"))
                .body("mine.signature", equalTo("Bo\n--"))
                .body("mine.signature_format", equalTo("text"));

        asAdmin().get(ALIAS, account, first).then().body("mine", nullValue());
        mine(as("member", organization, colleague), first, Map.of("name", "Bo B."))
                .statusCode(200);
        as("member", organization, colleague)
                .get(ALIASES, account)
                .then()
                .body("data[0].mine.name", equalTo("Bo B."))
                .body("data[0].mine.signature", nullValue());
        mine(as("member", organization, colleague), first, Map.of())
                .statusCode(200)
                .body("mine", nullValue());
    }

    private record Bad(String pointer, @Nullable Object value) {}

    @Test
    void namesEveryFieldThatIsWrong() {
        for (Bad bad : badValues()) {
            Map<String, Object> form = new HashMap<>(Map.of("address", "sales@example.com"));
            String[] steps = bad.pointer().substring(1).split("/");
            form.put(steps[0], steps.length == 1 ? bad.value() : Collections.singletonMap(steps[1], bad.value()));

            ValidatableResponse answer = add(form);

            assertThat(answer.extract().statusCode())
                    .as("%s = %s", bad.pointer(), bad.value())
                    .isEqualTo(400);
            answer.contentType("application/problem+json")
                    .body("type", equalTo("https://mailroom.dev/problems/invalid-input"))
                    .body("errors.pointer", hasItem(containsString(bad.pointer())));
        }
        add(Map.of()).statusCode(400).body("errors.pointer", contains("/address"));
        asAdmin().get(ALIASES, account).then().body("data.size()", equalTo(1));
        asAdmin().get("/v1/accounts/{id}", account).then().body("revision", equalTo(1));
    }

    private static List<Bad> badValues() {
        List<Bad> bad = new ArrayList<>();
        for (Object address :
                List.of("", " ", "sales", "a@b@example.com", "a\r\nb@example.com", "a\u0000@x.y", 7, Map.of())) {
            bad.add(new Bad("/address", address));
        }
        bad.add(new Bad("/address", null));
        for (Object name : List.of("", " ", "x".repeat(201), "Ana\r\nBcc: x", "a\u0000b", "a\u2028b", Map.of())) {
            bad.add(new Bad("/name", name));
        }
        for (Object description : List.of("x".repeat(501), "a\nb", List.of())) {
            bad.add(new Bad("/description", description));
        }
        for (Object signature : List.of("x".repeat(65_537), "é".repeat(32_769), "a\u0000b", "a\u001bb", Map.of())) {
            bad.add(new Bad("/signature", signature));
        }
        bad.add(new Bad("/signature_format", "rtf"));
        bad.add(new Bad("/is_default", "maybe"));
        bad.add(new Bad("/is_default", 1));
        bad.add(new Bad("/senders", Map.of()));
        bad.add(new Bad("/senders", Map.of("everyone", false)));
        bad.add(new Bad("/senders", Map.of("everyone", true, "sharing", true)));
        bad.add(new Bad("/senders", "everyone"));
        bad.add(new Bad("/senders/users", users(1_001)));
        bad.add(new Bad("/senders/users", Collections.singletonList(null)));
        bad.add(new Bad("/senders/users", List.of("not-an-id")));
        bad.add(new Bad("/senders/team", UUID.randomUUID()));
        bad.add(new Bad("/readers", Map.of()));
        bad.add(new Bad("/readers", Map.of("everyone", true, "team", UUID.randomUUID())));
        bad.add(new Bad("/readers/users", users(1_001)));
        bad.add(new Bad("/readers/team", "not-an-id"));
        bad.add(new Bad("/nonsense", 1));
        return bad;
    }

    @Test
    void refusesWhatIsNotAnObject() {
        for (String body : List.of("", "null", "[]", "{", "\"x\"", "[".repeat(5_000))) {
            asAdmin().body(body).post(ALIASES, account).then().statusCode(400);
            asAdmin().body(body).patch(ALIAS, account, idOf(0)).then().statusCode(400);
            asAdmin().body(body).put(ALIAS + "/mine", account, idOf(0)).then().statusCode(400);
        }
        mine(asAdmin(), idOf(0), Map.of("name", "a\r\nb")).statusCode(400).body("errors.pointer", contains("/name"));
        asAdmin().queryParam("cursor", "bm9uZQ").get(ALIASES, account).then().statusCode(400);
    }

    @Test
    void hasRoomForSoManyAliasesAndNoMore() {
        execute(
                "select set_config('mailroom.organization', '*', false); insert into aliases (id, organization_id, account_id, address, name, signature_format, is_default, senders_mode,"
                        + " readers_mode, created_at, updated_at) select gen_random_uuid(), organization_id, account_id,"
                        + " 'sales' || n || '@example.com', 'Sales', 'text', false, 'sharing', 'users', now(), now()"
                        + " from aliases, generate_series(1, 498) n where account_id = '" + account + "'");

        add(Map.of("address", "last@example.com")).statusCode(201);
        add(Map.of("address", "one-more@example.com"))
                .statusCode(400)
                .body("errors.pointer", contains("/address"))
                .body("errors.message", contains("an account can have at most 500 aliases"));

        assertThat(lastState(2).at("/aliases").size()).isEqualTo(500);
        List<String> seen = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            ValidatableResponse page = asAdmin()
                    .queryParam("limit", 200)
                    .queryParam("cursor", cursor)
                    .get(ALIASES, account)
                    .then()
                    .statusCode(200);
            seen.addAll(page.extract().jsonPath().getList("data.id", String.class));
            cursor = page.extract().path("next");
        }
        assertThat(seen).hasSize(500).doesNotHaveDuplicates();
    }

    private ValidatableResponse add(Map<String, ?> form) {
        return asAdmin().body(form).post(ALIASES, account).then();
    }

    private ValidatableResponse patch(UUID alias, Map<String, ?> change) {
        return asAdmin().body(change).patch(ALIAS, account, alias).then();
    }

    private ValidatableResponse mine(RequestSpecification as, UUID alias, Map<String, ?> words) {
        return as.body(words).put(ALIAS + "/mine", account, alias).then();
    }

    private void rename(String name) {
        asAdmin()
                .body(Map.of("display_name", name))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200);
    }

    private void share(Map<String, ?> sharing) {
        asAdmin()
                .body(Map.of("sharing", sharing))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200);
    }

    private UUID idOf(int index) {
        return UUID.fromString(asAdmin().get(ALIASES, account).then().extract().path("data[" + index + "].id"));
    }

    /** The state of the account in its event with this revision. */
    private JsonNode lastState(int revision) {
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

    private static List<UUID> users(int count) {
        return IntStream.range(0, count).mapToObj(i -> new UUID(1, i)).toList();
    }
}

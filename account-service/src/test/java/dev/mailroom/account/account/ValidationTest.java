package dev.mailroom.account.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Every field of the form with every kind of bad value: each is named, and nothing is tried or saved. */
@QuarkusTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ValidationTest extends ServiceTest {
    private TestMailbox mailbox;

    @BeforeAll
    void startMailbox() {
        mailbox = TestMailbox.start();
    }

    @AfterAll
    void stopMailbox() {
        assertThat(mailbox.imap().logins()).isZero();
        assertThat(mailbox.smtp().connections()).isZero();
        mailbox.close();
    }

    private record Bad(String pointer, @Nullable Object value) {}

    @Test
    void namesEveryFieldThatIsWrong() {
        for (Bad bad : badValues()) {
            Map<String, Object> form = mailbox.form();
            put(form, bad.pointer(), bad.value());

            var answer = asAdmin().body(form).post("/v1/accounts").then();
            assertThat(answer.extract().statusCode())
                    .as("%s = %s", bad.pointer(), bad.value())
                    .isEqualTo(400);
            List<String> pointers = answer.contentType("application/problem+json")
                    .body("type", equalTo("https://mailroom.dev/problems/invalid-input"))
                    .extract()
                    .jsonPath()
                    .getList("errors.pointer", String.class);

            assertThat(pointers)
                    .as("%s = %s", bad.pointer(), bad.value())
                    .isNotEmpty()
                    .allSatisfy(pointer -> assertThat(pointer).startsWith(bad.pointer()));
        }
        asAdmin().get("/v1/accounts").then().body("data.size()", equalTo(0));
        String ours = " where organization_id = '" + organization + "'";
        for (String table : List.of("accounts", "credentials")) {
            assertThat(rows("select 1 from " + table + ours)).as(table).isEmpty();
        }
        assertThat(rows("select action from audit_log" + ours)).containsOnly("user.first_seen");
    }

    private static List<Bad> badValues() {
        List<Bad> bad = new ArrayList<>();
        for (String required : List.of("/kind", "/display_name", "/email", "/password", "/imap/host", "/smtp/host")) {
            bad.add(new Bad(required, null));
        }
        bad.add(new Bad("/kind", "pop3"));
        bad.add(new Bad("/kind", 1));
        for (Object name : List.of("", "  ", "x".repeat(201), "Ana\r\nBcc: x@example.com", "a\u0000b", Map.of())) {
            bad.add(new Bad("/display_name", name));
        }
        for (String email : List.of(
                "",
                "ana",
                "@example.com",
                "ana@",
                "a@b@c.example",
                "ana @example.com",
                "ana@exa mple.com",
                "ana@-example-.com",
                "ana@example..com",
                "Ana <ana@example.com>",
                "ana@example.com\r\nX: y",
                "x".repeat(65) + "@example.com",
                "ana@" + "x".repeat(250) + ".com",
                "ana@127.0.0.1",
                "ana@stra\u00dfe.example",
                "ana@example.com..")) {
            bad.add(new Bad("/email", email));
        }
        for (Object username : List.of(" ", "x".repeat(321), "ana\r\nLOGIN", "a\u0000b", List.of())) {
            bad.add(new Bad("/username", username));
        }
        for (Object password : List.of("", "x".repeat(1_025), "a\nb", "a\rb", "a\u0000b", 1, Map.of())) {
            bad.add(new Bad("/password", password));
        }
        for (String leg : List.of("/imap", "/smtp")) {
            for (Object host : List.of(
                    "",
                    " ",
                    "imap example.com",
                    "imap.example.com:993",
                    "http://imap.example.com",
                    "imap..example.com",
                    "-a.example.com",
                    "x".repeat(64) + ".com",
                    "a.".repeat(150) + "com",
                    "[]",
                    "a\r\nb",
                    "user@host",
                    "127.1",
                    "2130706433",
                    "0x7f.0.0.1",
                    "010.0.0.1",
                    "256.1.1.1",
                    "1:2:3",
                    "fe80::1%eth0",
                    "[fe80::1",
                    "fa\u00df.example",
                    "mail.example.com..",
                    5.5,
                    true)) {
                bad.add(new Bad(leg + "/host", host));
            }
            for (Object port : List.of(0, -1, 65_536, "x", "993", 99.5, 99999999999L)) {
                bad.add(new Bad(leg + "/port", port));
            }
            bad.add(new Bad(leg + "/encryption", "none"));
            bad.add(new Bad(leg + "/nonsense", 1));
        }
        for (Object history : List.of("4m", "forever", "", 7)) {
            bad.add(new Bad("/history", history));
        }
        bad.add(new Bad("/sidebar", "left"));
        bad.add(new Bad("/sharing", Map.of()));
        bad.add(new Bad("/sharing", Map.of("mode", "public")));
        bad.add(new Bad("/sharing", Map.of("mode", "personal", "team", UUID.randomUUID())));
        bad.add(new Bad("/sharing", Map.of("mode", "personal", "delivery", "inbox")));
        bad.add(new Bad("/sharing", Map.of("mode", "shared", "team", "not-an-id")));
        bad.add(new Bad("/sharing", Map.of("mode", "shared", "team", "")));
        bad.add(new Bad("/sharing", Map.of("mode", "shared", "team", " ")));
        bad.add(new Bad("/sharing", Map.of("mode", "shared", "users", List.of("not-an-id"))));
        bad.add(new Bad("/sharing", Map.of("mode", "shared", "users", Collections.singletonList(null))));
        bad.add(new Bad("/sharing", Map.of("mode", "shared", "users", users(1_001))));
        bad.add(new Bad("/sharing", Map.of("mode", "shared", "delivery", "everywhere")));
        bad.add(new Bad("/id", UUID.randomUUID()));
        bad.add(new Bad("/password_hint", "x"));
        return bad;
    }

    @Test
    void namesAllFaultsAtOnce() {
        asAdmin()
                .body("{}")
                .post("/v1/accounts")
                .then()
                .statusCode(400)
                .body(
                        "errors.pointer",
                        equalTo(List.of("/kind", "/display_name", "/email", "/password", "/imap", "/smtp")));
    }

    @Test
    void refusesWhatIsNotAnObject() {
        for (String body : List.of("", "null", "[]", "{", "\"x\"", "{\"kind\": \"imap\"", "[".repeat(5_000))) {
            asAdmin()
                    .body(body)
                    .post("/v1/accounts")
                    .then()
                    .statusCode(400)
                    .body("type", containsString("invalid-input"));
        }
    }

    @Test
    void refusesABodyThatIsTooLarge() {
        Map<String, Object> form = mailbox.form();
        form.put("display_name", "x".repeat(2_000_000));

        asAdmin().body(form).post("/v1/accounts").then().statusCode(413);
    }

    @Test
    void neverRepeatsAPasswordThatIsWrong() {
        Map<String, Object> form = mailbox.form();
        form.put("password", Map.of("value", "canary-in-an-object"));
        String inAnObject = asAdmin()
                .body(form)
                .post("/v1/accounts")
                .then()
                .statusCode(400)
                .extract()
                .asString();
        String cut = asAdmin()
                .body("{\"password\": \"canary-in-an-object\", \"kind\": ")
                .post("/v1/accounts")
                .then()
                .statusCode(400)
                .extract()
                .asString();

        assertThat(inAnObject).doesNotContain("canary-in-an-object");
        assertThat(cut).doesNotContain("canary-in-an-object");
    }

    @Test
    void refusesAnIdempotencyKeyThatIsNone() {
        asAdmin()
                .header("Idempotency-Key", "x".repeat(256))
                .body(mailbox.form())
                .post("/v1/accounts")
                .then()
                .statusCode(400)
                .body("errors.pointer", hasItem("#Idempotency-Key"));
    }

    @Test
    void refusesAnIdThatIsNone() {
        asAdmin().get("/v1/accounts/not-an-id").then().statusCode(404);
    }

    private static List<UUID> users(int count) {
        List<UUID> users = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            users.add(new UUID(1, i));
        }
        return users;
    }

    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> form, String pointer, @Nullable Object value) {
        String[] steps = pointer.substring(1).split("/", -1);
        Map<String, Object> target = form;
        if (steps.length == 2) {
            target = (Map<String, Object>) form.computeIfAbsent(steps[0], _ -> new HashMap<String, Object>());
        }
        target.put(steps[steps.length - 1], value);
    }
}

package dev.mailroom.account.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every field of a change with every kind of bad value: each is named, and the account stays as it is. */
@QuarkusTest
class BadChangeTest extends ServiceTest {
    private final TestMailbox mailbox = TestMailbox.start();

    @AfterEach
    void stopMailbox() {
        mailbox.close();
    }

    private record Bad(String body, String pointer) {}

    private static List<Bad> bad() {
        return List.of(
                new Bad("{\"display_name\": \"\"}", "/display_name"),
                new Bad("{\"display_name\": \"a\\r\\nBcc: x@example.com\"}", "/display_name"),
                new Bad("{\"display_name\": \"a\\u0000\"}", "/display_name"),
                new Bad("{\"display_name\": \"a\\udfff\"}", "/display_name"),
                new Bad("{\"display_name\": 5}", "/display_name"),
                new Bad("{\"display_name\": [\"a\"]}", "/display_name"),
                new Bad("{\"display_name\": {\"a\": 1}}", "/display_name"),
                new Bad("{\"display_name\": \"" + "x".repeat(201) + "\"}", "/display_name"),
                new Bad("{\"username\": \" \"}", "/username"),
                new Bad("{\"username\": \"a\\nb\"}", "/username"),
                new Bad("{\"username\": \"" + "x".repeat(321) + "\"}", "/username"),
                new Bad("{\"username\": true}", "/username"),
                new Bad("{\"password\": \"\"}", "/password"),
                new Bad("{\"password\": \"a\\u0000\"}", "/password"),
                new Bad("{\"password\": \"a\\ud800\"}", "/password"),
                new Bad("{\"password\": \"a\\r\\n\"}", "/password"),
                new Bad("{\"password\": 1}", "/password"),
                new Bad("{\"password\": [\"x\"]}", "/password"),
                new Bad("{\"password\": \"" + "x".repeat(1_025) + "\"}", "/password"),
                new Bad("{\"history\": \"4m\"}", "/history"),
                new Bad("{\"history\": 1}", "/history"),
                new Bad("{\"history\": \"ALL\"}", "/history"),
                new Bad("{\"history\": {}}", "/history"),
                new Bad("{\"sidebar\": \"left\"}", "/sidebar"),
                new Bad("{\"sidebar\": 0}", "/sidebar"),
                new Bad("{\"sharing\": \"personal\"}", "/sharing"),
                new Bad("{\"sharing\": []}", "/sharing"),
                new Bad("{\"sharing\": {\"mode\": \"public\"}}", "/sharing/mode"),
                new Bad("{\"sharing\": {\"mode\": \"shared\", \"users\": \"x\"}}", "/sharing/users"),
                new Bad("{\"imap\": {\"host\": \"a b\", \"port\": 993}}", "/imap/host"),
                new Bad("{\"imap\": {\"host\": \"imap.example.com\", \"port\": 0}}", "/imap/port"),
                new Bad("{\"imap\": {\"host\": \"imap.example.com\", \"port\": 65536}}", "/imap/port"),
                new Bad("{\"imap\": {\"host\": \"imap.example.com\", \"port\": 1e9}}", "/imap/port"),
                new Bad("{\"imap\": {\"host\": \"imap.example.com\", \"port\": \"993\"}}", "/imap/port"),
                new Bad("{\"smtp\": {\"host\": \"smtp.example.com\", \"encryption\": \"ssl\"}}", "/smtp/encryption"),
                new Bad("{\"smtp\": [\"smtp.example.com\"]}", "/smtp"),
                new Bad("{\"kind\": \"imap\"}", "/kind"),
                new Bad("{\"email\": \"other@example.com\"}", "/email"),
                new Bad("{\"owner_id\": \"" + new UUID(1, 1) + "\"}", "/owner_id"),
                new Bad("{\"organization_id\": \"" + new UUID(1, 1) + "\"}", "/organization_id"),
                new Bad("{\"display_name\": \"a\", \"display_name\": \"b\"}", ""),
                new Bad("{\"display_name\": \"a\"} x", ""),
                new Bad("[]", ""),
                new Bad("null", ""),
                new Bad("", ""),
                new Bad("{\"x\": ".repeat(60) + "1" + "}".repeat(60), ""));
    }

    @Test
    void namesWhatIsWrongAndChangesNothing() {
        UUID account = connected(mailbox);
        int logins = mailbox.imap().logins();
        for (Bad bad : bad()) {
            var answer = asAdmin()
                    .body(bad.body().getBytes(StandardCharsets.UTF_8))
                    .patch("/v1/accounts/{id}", account)
                    .then()
                    .extract();

            assertThat(answer.statusCode()).as(bad.body()).isEqualTo(400);
            assertThat(answer.contentType()).startsWith("application/problem+json");
            assertThat(answer.jsonPath().getList("errors.pointer", String.class))
                    .as(bad.body())
                    .isNotEmpty()
                    .allSatisfy(pointer -> assertThat(pointer).startsWith(bad.pointer()));
        }

        asAdmin()
                .get("/v1/accounts/{id}", account)
                .then()
                .body("revision", equalTo(1))
                .body("display_name", equalTo("Ana Silva"));
        assertThat(mailbox.imap().logins()).isEqualTo(logins);
        assertThat(rows("select action from audit_log where subject_id = '" + account + "'"))
                .containsExactly("account.connected");
    }

    @Test
    void leavesWhatIsNullAsItIs() {
        UUID account = connected(mailbox);

        asAdmin()
                .body(
                        "{\"display_name\": null, \"password\": null, \"history\": null, \"sharing\": null, \"imap\": null}")
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200)
                .body("revision", equalTo(1));
    }
}

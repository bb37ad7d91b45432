package dev.mailroom.account.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import dev.mailroom.vault.OpenedSecret;
import dev.mailroom.vault.SealContext;
import dev.mailroom.vault.Vault;
import dev.mailroom.vault.VaultKeyFile;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A password is sealed, goes nowhere else, and survives the rotation of its key. */
@QuarkusTest
class CredentialTest extends ServiceTest {
    private final TestMailbox mailbox = TestMailbox.start();

    @AfterEach
    void stopMailbox() {
        mailbox.close();
    }

    @Test
    void givesServicesTheEnvelopeThatOpensWithTheKeyFile() {
        UUID account = connected(mailbox);

        byte[] sealed = sealed(account);

        assertThat(opened(sealed, account)).isEqualTo(TestMailbox.PASSWORD);
        asService()
                .get("/v1/accounts/{id}/credential", account)
                .then()
                .body("account", equalTo(account.toString()))
                .body("organization", equalTo(organization.toString()))
                .body("username", equalTo(mailbox.email()))
                .body("version", equalTo(1));
        asService()
                .get("/v1/accounts/{id}/credential", UUID.randomUUID())
                .then()
                .statusCode(404);
    }

    @Test
    void holdsAServiceThatIsBoundToAnOrganizationToIt() {
        UUID account = connected(mailbox);
        UUID elsewhere = UUID.randomUUID();

        as("service", organization, user)
                .get("/v1/accounts/{id}/credential", account)
                .then()
                .statusCode(200);
        as("service", elsewhere, user)
                .get("/v1/accounts/{id}/credential", account)
                .then()
                .statusCode(404);

        assertThat(rows("select organization_id from audit_log where action = 'credential.read' and subject_id = '"
                        + account + "'"))
                .containsExactly(organization.toString());
    }

    @Test
    void wrapsEverythingWithTheNewKeyWithoutChangingWhatOthersSee() {
        UUID account = connected(mailbox);
        byte[] before = sealed(account);
        long newKey = VaultKeyFile.rotate(keyFile());

        JsonPath outcome = asOperator()
                .post("/v1/vault/rotate")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();

        assertThat(outcome.getLong("key")).isEqualTo(newKey);
        assertThat(outcome.getList("failed")).isEmpty();
        byte[] after = sealed(account);
        assertThat(Vault.keyId(before)).isNotEqualTo(newKey);
        assertThat(Vault.keyId(after)).isEqualTo(newKey);
        assertThat(opened(after, account)).isEqualTo(TestMailbox.PASSWORD);
        assertThat(opened(before, account)).isEqualTo(TestMailbox.PASSWORD);
        asService().get("/v1/accounts/{id}/credential", account).then().body("version", equalTo(1));
        assertThat(rows("select key_id from credentials where key_id <> " + newKey))
                .isEmpty();
        asOperator().post("/v1/vault/rotate").then().statusCode(200).body("rewrapped", equalTo(0));
    }

    @Test
    void goesOnPastACredentialThatNoKeyOpens() {
        UUID broken = connected(mailbox);
        execute("select set_config('mailroom.organization', '*', false);"
                + " update credentials set sealed = set_byte(sealed, 20, (get_byte(sealed, 20) + 1) % 256) where account_id = '"
                + broken + "'");
        try (TestMailbox another = TestMailbox.start()) {
            UUID whole = connected(another);
            long newKey = VaultKeyFile.rotate(keyFile());

            asOperator().post("/v1/vault/rotate").then().statusCode(200).body("failed", hasItem(broken.toString()));

            assertThat(Vault.keyId(sealed(whole))).isEqualTo(newKey);
        } finally {
            asAdmin().delete("/v1/accounts/{id}?confirm=true", broken).then().statusCode(204);
        }
    }

    @Test
    void leavesNoTraceOfAPassword() {
        List<String> logged = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                logged.add(
                        record.getMessage() + " " + Arrays.toString(record.getParameters()) + " " + record.getThrown());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        Level before = root.getLevel();
        root.setLevel(Level.ALL);
        try {
            UUID account = connected(mailbox);
            Map<String, Object> wrong = mailbox.form();
            wrong.put("username", "other");
            asAdmin().body(wrong).post("/v1/accounts").then().statusCode(422);
            String changed = asAdmin()
                    .body(Map.of("password", TestMailbox.PASSWORD))
                    .patch("/v1/accounts/{id}", account)
                    .then()
                    .statusCode(200)
                    .extract()
                    .asString();
            assertNoTrace("answer", changed);
        } finally {
            root.setLevel(before);
            root.removeHandler(handler);
        }

        assertThat(logged).isNotEmpty();
        assertNoTrace("log", String.join("\n", logged));
        assertNoTrace("database", databaseDump());
        assertNoTrace("metrics", RestAssured.get("/q/metrics").asString());
    }

    private void assertNoTrace(String where, String text) {
        byte[] password = TestMailbox.PASSWORD.getBytes(StandardCharsets.UTF_8);
        byte[] plain = ("\0" + mailbox.email() + "\0" + TestMailbox.PASSWORD).getBytes(StandardCharsets.UTF_8);
        for (String trace : List.of(
                TestMailbox.PASSWORD,
                Base64.getEncoder().withoutPadding().encodeToString(password),
                Base64.getEncoder().withoutPadding().encodeToString(plain),
                HexFormat.of().formatHex(password),
                URLEncoder.encode(TestMailbox.PASSWORD, StandardCharsets.UTF_8))) {
            assertThat(text.contains(trace)).as("%s holds the password", where).isFalse();
        }
    }

    /** All rows of all tables that the service may write, as text; bytes as hexadecimal digits. Events that are not sent yet are among them. */
    private static String databaseDump() {
        StringBuilder dump = new StringBuilder();
        for (String table : rows("select tablename from pg_tables where schemaname = 'public'"
                + " and tablename <> 'flyway_schema_history'")) {
            rows("select t::text from " + table + " t")
                    .forEach(row -> dump.append(row).append('\n'));
        }
        assertThat(dump.toString()).contains("ana-");
        return dump.toString();
    }

    private byte[] sealed(UUID account) {
        return Base64.getDecoder()
                .decode(asService()
                        .get("/v1/accounts/{id}/credential", account)
                        .then()
                        .statusCode(200)
                        .extract()
                        .<String>path("sealed"));
    }

    private String opened(byte[] sealed, UUID account) {
        try (OpenedSecret secret =
                VaultKeyFile.load(keyFile()).open(sealed, SealContext.imapSmtp(organization, account))) {
            return new String(secret.chars());
        }
    }

    private static Path keyFile() {
        return ConfigProvider.getConfig().getValue("mailroom.vault.key-file", Path.class);
    }
}

package dev.mailroom.account.safety;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.account.AccountInfrastructure;
import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log of the running service at its finest level, as its handlers write it. */
@QuarkusTest
class RedactionOfServiceTest extends ServiceTest {
    private static final Logger LIBRARY = Logger.getLogger("com.example.library");

    private final java.util.logging.Logger root = java.util.logging.Logger.getLogger("");
    private final Level before = root.getLevel();

    @BeforeEach
    void everything() {
        root.setLevel(Level.ALL);
    }

    @AfterEach
    void asBefore() {
        root.setLevel(before);
    }

    @Test
    void masksWhatALibrarySays() throws IOException {
        String canary = "canary-" + UUID.randomUUID();
        String plain = Base64.getEncoder().encodeToString(("\0ana\0" + canary).getBytes(StandardCharsets.UTF_8));
        long start = Files.size(log());

        LIBRARY.debugf("C: AUTH PLAIN %s", plain);
        LIBRARY.debug("C: " + plain);
        LIBRARY.infof("A1 LOGIN ana %s", canary);
        LIBRARY.infov("sending {0}", Map.of("Authorization", "Bearer " + canary));
        LIBRARY.info("{\"display_name\":\"Ana\",\"password\":\"" + canary + "\"}");
        LIBRARY.error(
                "connect imaps://ana:" + canary + "@host",
                new IllegalStateException("LOGIN ana " + canary, new IOException("password=" + canary)));

        String written = Files.readString(log());
        assertThat(Files.size(log())).isGreaterThan(start);
        assertThat(written).contains("com.exa", "IllegalStateException", "A1 LOGIN ***");
        LogsTest.forms(canary)
                .forEach(form -> assertThat(written.contains(form)).as(form).isFalse());
        assertThat(written).doesNotContain(plain);
    }

    @Test
    void saysNothingOfAPasswordFromTheRequestToTheMailServer() throws IOException {
        try (TestMailbox mailbox = TestMailbox.start()) {
            UUID account = connected(mailbox);
            Map<String, Object> wrong = mailbox.form();
            wrong.put("username", "other");
            asAdmin().body(wrong).post("/v1/accounts").then().statusCode(422);
            asAdmin()
                    .body("{\"password\": \"" + TestMailbox.PASSWORD + "\", \"kind\": ")
                    .post("/v1/accounts")
                    .then()
                    .statusCode(400);
            asAdmin()
                    .body(Map.of("password", TestMailbox.PASSWORD))
                    .patch("/v1/accounts/{id}", account)
                    .then()
                    .statusCode(200);
            asService().get("/v1/accounts/{id}/credential", account).then().statusCode(200);
        }

        String written = Files.readString(log());
        LogsTest.forms(TestMailbox.PASSWORD)
                .forEach(form -> assertThat(written.contains(form)).as(form).isFalse());
        assertThat(written).doesNotContain("eyJ");
    }

    private static Path log() {
        return Path.of(System.getProperty(AccountInfrastructure.FOLDER), AccountInfrastructure.LOG);
    }
}

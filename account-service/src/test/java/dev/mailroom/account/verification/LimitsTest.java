package dev.mailroom.account.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import dev.mailroom.testkit.MutableClock;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The service as it is without any setting of the operator, and with the limit of tries that suits an open sign-up. */
@QuarkusTest
@TestProfile(LimitsTest.Production.class)
class LimitsTest extends ServiceTest {
    @Inject
    Clock clock;

    /** Nothing private may be reached; ten failed tries of a user and thirty log-ins to a mailbox in an hour. */
    public static class Production implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "mailroom.outbound.allow",
                    "",
                    "mailroom.verify.attempts-per-user-and-hour",
                    "10",
                    "mailroom.verify.attempts-per-mailbox-and-hour",
                    "30");
        }

        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(TestClock.class);
        }
    }

    /** Without a priority, which would make it the clock of every test of the module. */
    @Alternative
    static class TestClock {
        @Produces
        @Singleton
        Clock clock() {
            return MutableClock.at("2026-11-20T10:59:00Z");
        }
    }

    @Test
    void reachesNoPrivateAddressByDefault() {
        try (TestMailbox mailbox = TestMailbox.start()) {
            connect(mailbox)
                    .statusCode(422)
                    .body("diagnosis.category", equalTo(List.of("address_not_allowed", "address_not_allowed")));

            assertThat(mailbox.smtp().connections()).isZero();
        }
    }

    @Test
    void boundsTheLogInsToAMailboxHoweverTheyAreCaused() {
        UUID account = pausedAccount();
        try {
            for (int i = 0; i < 15; i++) {
                asAdmin().post("/v1/accounts/{id}/resume", account).then().statusCode(200);
                asAdmin().post("/v1/accounts/{id}/resume", account).then().statusCode(200);
                asAdmin().post("/v1/accounts/{id}/reconnect", account).then().statusCode(200);
                asAdmin().post("/v1/accounts/{id}/pause", account).then().statusCode(200);
            }

            asAdmin()
                    .post("/v1/accounts/{id}/resume", account)
                    .then()
                    .statusCode(429)
                    .header("Retry-After", notNullValue())
                    .body("type", containsString("too-many-requests"));
            as("owner", organization, UUID.randomUUID())
                    .post("/v1/accounts/{id}/reconnect", account)
                    .then()
                    .statusCode(429);
            asAdmin()
                    .body(Map.of("password", "guess"))
                    .patch("/v1/accounts/{id}", account)
                    .then()
                    .statusCode(429);
            as("member", organization, UUID.randomUUID())
                    .post("/v1/accounts/{id}/reconnect", account)
                    .then()
                    .statusCode(404);

            ((MutableClock) clock).advance(Duration.ofHours(1));
            asAdmin().post("/v1/accounts/{id}/resume", account).then().statusCode(200);
            ((MutableClock) clock).advance(Duration.ofHours(-1));
        } finally {
            execute("select set_config('mailroom.organization', '*', false); delete from accounts where id = '"
                    + account + "'");
        }
    }

    /** As it would be had its servers been reached. */
    private UUID pausedAccount() {
        UUID id = UUID.randomUUID();
        execute("select set_config('mailroom.organization', '*', false);"
                + " insert into organizations (id, plan, created_at, updated_at) values ('" + organization
                + "', 'paid', now(), now());"
                + " insert into accounts (id, organization_id, owner_id, revision, kind, display_name, email, username,"
                + " mailbox_key, imap_host, imap_port, imap_encryption, smtp_host, smtp_port, smtp_encryption, history,"
                + " sharing_mode, sidebar, push, paused, credential_version, state, state_since, created_at, updated_at)"
                + " values ('" + id + "', '" + organization + "', '" + user + "', 1, 'imap', 'Ana', 'ana@example.com',"
                + " 'ana', '" + id
                + "', 'imap.example.com', 993, 'tls', 'smtp.example.com', 465, 'tls', '1y', 'personal',"
                + " 'pin_all', 'idle', true, 1, 'live', now(), now(), now());"
                + " insert into credentials (account_id, organization_id, version, sealed, key_id, updated_at)"
                + " values ('" + id + "', '" + organization + "', 1, 'x', 1, now())");
        return id;
    }

    @Test
    void givesEachUserTenTriesWithinAnHour() {
        try (TestMailbox mailbox = TestMailbox.start()) {
            for (int i = 0; i < 10; i++) {
                asAdmin()
                        .body(mailbox.form())
                        .post("/v1/accounts/verify")
                        .then()
                        .statusCode(200);
            }

            connect(mailbox)
                    .statusCode(429)
                    .header("Retry-After", equalTo("60"))
                    .body("type", containsString("too-many-requests"));
            asAdmin().body(mailbox.form()).post("/v1/accounts/verify").then().statusCode(429);
            as("admin", organization, UUID.randomUUID())
                    .body(mailbox.form())
                    .post("/v1/accounts/verify")
                    .then()
                    .statusCode(200);

            ((MutableClock) clock).advance(Duration.ofMinutes(2));
            asAdmin().body(mailbox.form()).post("/v1/accounts/verify").then().statusCode(200);
        }
    }
}

package dev.mailroom.account.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

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

    /** Nothing private may be reached; ten tries in an hour. */
    public static class Production implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("mailroom.outbound.allow", "", "mailroom.verify.attempts-per-user-and-hour", "10");
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

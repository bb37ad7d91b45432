package dev.mailroom.account.notice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The owner of a personal account hears by mail that an owner of the organization shared it. */
@QuarkusTest
@TestProfile(NoticeFlowTest.WithMailServer.class)
class SharedByOthersTest extends ServiceTest {
    private static final Duration AWAIT_MAX = Duration.ofSeconds(30);

    private final TestMailbox mailbox = TestMailbox.start();

    @AfterEach
    void stopMailbox() {
        mailbox.close();
    }

    @Test
    void mailsTheOwnerOfAnAccountThatSomebodyElseShares() {
        UUID ana = colleague();
        String account = as("member", organization, ana)
                .body(mailbox.form())
                .post("/v1/accounts")
                .then()
                .statusCode(201)
                .extract()
                .path("id");

        share("owner", user, account, "shared");
        share("member", ana, account, "personal");
        share("member", ana, account, "shared");

        Awaitility.await()
                .atMost(AWAIT_MAX)
                .untilAsserted(() -> assertThat(rows("select recipient || ' ' || state from system_mails"
                                + " where purpose = 'account_shared' and organization_id = '" + organization + "'"))
                        .isEqualTo(List.of(ana + "@example.com sent")));
    }

    private void share(String role, UUID person, String account, String mode) {
        as(role, organization, person)
                .body(Map.of("sharing", Map.of("mode", mode)))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200);
    }
}

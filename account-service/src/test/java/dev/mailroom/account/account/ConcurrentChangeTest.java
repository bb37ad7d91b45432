package dev.mailroom.account.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two people change the log-in of an account at once. With the time limit of the service, because one log-in waits for the other. */
@QuarkusTest
@TestProfile(ManyAtOnceTest.Production.class)
class ConcurrentChangeTest extends ServiceTest {
    private final TestMailbox mailbox = TestMailbox.start();

    @AfterEach
    void stopMailbox() {
        mailbox.close();
    }

    @Test
    void keepsAPasswordThatWasSetWhileAUserNameWasTried() throws Exception {
        UUID account = connected(mailbox);
        String windows = "CORP\\" + mailbox.email().substring(0, mailbox.email().indexOf('@'));
        mailbox.user(windows, TestMailbox.PASSWORD);
        mailbox.user(mailbox.email(), "new password");
        CountDownLatch answer = mailbox.imap().holdNextLogIn();
        try (ExecutorService client = Executors.newSingleThreadExecutor()) {
            var slow = client.submit(() -> asAdmin()
                    .body(Map.of("username", windows))
                    .patch("/v1/accounts/{id}", account)
                    .then());
            await().until(() -> mailbox.imap().logins() == 2);
            asAdmin()
                    .body(Map.of("password", "new password"))
                    .patch("/v1/accounts/{id}", account)
                    .then()
                    .statusCode(200);
            String newer = sealed(account);

            answer.countDown();

            slow.get()
                    .statusCode(409)
                    .body("type", equalTo("https://mailroom.dev/problems/credential-changed"))
                    .body("detail", containsString("read the account again"));
            assertThat(sealed(account)).isEqualTo(newer);
        } finally {
            answer.countDown();
        }
        asService()
                .get("/v1/accounts/{id}/credential", account)
                .then()
                .body("username", equalTo(mailbox.email()))
                .body("version", equalTo(2));
    }

    private static String sealed(UUID account) {
        return asService()
                .get("/v1/accounts/{id}/credential", account)
                .then()
                .statusCode(200)
                .extract()
                .path("sealed");
    }
}

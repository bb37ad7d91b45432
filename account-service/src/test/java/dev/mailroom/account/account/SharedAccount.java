package dev.mailroom.account.account;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An account of a person, and what is told of whom it is shared with. */
abstract class SharedAccount extends ServiceTest {
    final TestMailbox mailbox = TestMailbox.start();
    UUID account = UUID.randomUUID();

    @BeforeEach
    void connect() {
        account = connected(mailbox);
    }

    @AfterEach
    void stopMailbox() {
        mailbox.close();
    }

    ValidatableResponse share(Map<String, ?> sharing) {
        return asAdmin()
                .body(Map.of("sharing", sharing))
                .patch("/v1/accounts/{id}", account)
                .then();
    }

    List<LoggedRecord> changes(int count) {
        try (KafkaLog log = KafkaLog.of("mailroom.account.events")) {
            return log.awaitAll("events", count, event -> account.toString().equals(event.key()));
        }
    }
}

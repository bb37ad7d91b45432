package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.testkit.LoggedRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;

/** An account whose mail is known, on a server whose numbers a test changes. */
abstract class KnownMail extends HandDrivenSession {
    void connectAndDeliver(int messages) throws Exception {
        folders.refresh(link());
        for (int i = 0; i < messages; i++) {
            server.deliver(MailboxName.INBOX, mail("known " + i), Instant.now().minusSeconds(messages - i));
        }
        checkInbox(link());
        assertThat(count("copy")).isEqualTo(messages);
    }

    MailboxRow inbox() {
        return mailboxes.ofAccount(database, account).stream()
                .filter(MailboxRow::isInbox)
                .findFirst()
                .orElseThrow();
    }

    List<LoggedRecord> resets() {
        return told("mailbox.reset");
    }

    /** The outbox forgets an event when Kafka has it. */
    List<LoggedRecord> told(String type) {
        Awaitility.await("the outbox to be empty")
                .pollInterval(Duration.ofMillis(50))
                .until(() -> Scene.count("select count(*) from outbox where key = '" + account + "'") == 0);
        return scene.mail.recordsToEnd().stream()
                .filter(record -> record.type().endsWith(type + ".v1")
                        && account.toString().equals(record.key()))
                .toList();
    }
}

package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.MailboxStatus;
import dev.mailroom.sync.mailbox.FetchFailures;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.sync.mailbox.QuarantineRetry;
import dev.mailroom.sync.session.MailboxSweep;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Messages that a server does not hand out: remembered over restarts, put aside, and tried again. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class PoisonTest extends HandDrivenSession {
    @Inject
    QuarantineRetry retry;

    @Inject
    MailboxSweep sweep;

    @Inject
    Clock clock;

    @Test
    void aRestartDoesNotForgetWhichMessageEndedTheConnection() throws Exception {
        folders.refresh(link());
        server.deliver(MailboxName.INBOX, mail("before"), Instant.now());
        long poison = server.deliver(MailboxName.INBOX, mail("poison"), Instant.now());
        server.poison.add(poison);
        server.deliver(MailboxName.INBOX, mail("after"), Instant.now());

        // Once together, then twice alone.
        for (int i = 0; i < 3; i++) {
            server.reopen();
            assertThatThrownBy(() -> checkInbox(link())).isInstanceOf(MailException.class);
        }

        // Then
        assertThat(afterRestart()).containsEntry(poison, 2);

        // When
        server.poison.clear();
        server.reopen();
        checkInbox(link());

        // Then
        assertThat(afterRestart()).isEmpty();
        assertThat(count("copy")).isEqualTo(3);
    }

    @Test
    void otherMailboxesGoOnWhileAMessageOfInboxEndsEachConnection() throws Exception {
        MailboxName projects = server.folder("Projects");
        folders.refresh(link());
        look("Projects", MailboxLook.Depth.COUNTS);
        // So that the UID of the other one is not given out elsewhere.
        server.deliver(MailboxName.INBOX, mail("before"), Instant.now());
        server.poison.add(server.deliver(MailboxName.INBOX, mail("poison"), Instant.now()));
        assertThatThrownBy(() -> checkInbox(link())).isInstanceOf(MailException.class);
        server.reopen();
        server.deliver(projects, mail("elsewhere"), Instant.now());

        // When: it says that something happened there, and not what
        MailboxStatus vague = new MailboxStatus(-1, -1, 0, 0, 0);
        assertThatThrownBy(() -> sweep.follow(link(), Map.of(projects.raw(), vague)))
                .isInstanceOf(MailException.class);

        // Then: and so does what came before it to INBOX
        assertThat(count("copy")).isEqualTo(2);
        assertThat(afterRestart()).containsValue(1);
        scene.awaitMail(account, "message.received", Scene.subject("elsewhere"));
    }

    @Test
    void whatWasNotAnsweredIsTriedAgainAfterAnHour() throws Exception {
        folders.refresh(link());
        server.unanswered.add(server.deliver(MailboxName.INBOX, mail("shy"), Instant.now()));
        checkInbox(link());
        assertThat(count("quarantine")).isEqualTo(1);

        // When
        server.unanswered.clear();
        retry.run(link());

        // Then
        assertThat(count("copy")).isZero();

        // When
        later("61 minutes");
        retry.run(link());

        // Then
        assertThat(count("copy")).isEqualTo(1);
        assertThat(state()).isEqualTo("resolved");
    }

    @Test
    void whatIsNeverAnsweredIsTriedMoreAndMoreRarelyAndToldOnce() throws Exception {
        folders.refresh(link());
        server.unanswered.add(server.deliver(MailboxName.INBOX, mail("mute"), Instant.now()));
        checkInbox(link());

        for (int i = 0; i < 10; i++) {
            later("1 year");
            retry.run(link());
        }
        later("61 minutes");
        retry.run(link());

        assertThat(state()).isEqualTo("open");
        assertThat(database.first("select attempts from quarantine where account_id = $1", account)
                        .orElseThrow()
                        .getInteger("attempts"))
                .isEqualTo(6);
        scene.awaitMail(account, "message.quarantined", record -> true);
        assertThat(scene.mailOf(account, "message.quarantined")).hasSize(1);
    }

    private Map<Long, Integer> afterRestart() {
        MailboxRow inbox = mailboxes.ofAccount(database, account).stream()
                .filter(MailboxRow::isInbox)
                .findFirst()
                .orElseThrow();
        return new FetchFailures(database, clock).of(new FetchFailures.Place(inbox.id(), inbox.uidValidity()));
    }

    private void later(String interval) {
        database.execute(
                "update quarantine set updated_at = updated_at - ($2::text)::interval where account_id = $1",
                account,
                interval);
    }

    private String state() {
        return database.first("select state from quarantine where account_id = $1", account)
                .orElseThrow()
                .getString("state");
    }
}

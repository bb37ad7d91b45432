package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.history.HistoryImport;
import dev.mailroom.sync.mailbox.FetchFailures;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.sync.mailbox.QuarantineRetry;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A server that cannot open a message, and hangs up whenever it would have to: to say its size, too. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class UnopenedMessageTest extends KnownMail {
    @Inject
    QuarantineRetry retry;

    /** Over another connection. */
    private interface Look {
        void run() throws MailException;
    }

    @Test
    void costsAFewConnectionsAndHoldsUpNothingBehindIt() throws Exception {
        connectAndDeliver(2);
        server.deliver(MailboxName.INBOX, mail("before"), Instant.now());
        long unopened = unopened(MailboxName.INBOX);
        server.deliver(MailboxName.INBOX, mail("after"), Instant.now());

        // When: once among all, once among those that are named, then those alone that it may have been
        for (int i = 0; i < 4; i++) {
            assertThat(passes(() -> checkInbox(link()))).isFalse();
        }

        // Then
        assertThat(count("copy")).isEqualTo(4);
        assertThat(untilItPasses(() -> checkInbox(link()))).isLessThan(FetchFailures.CONNECTIONS_MAX);
        Row kept = quarantined();
        assertThat(kept.getLong("uid")).isEqualTo(unopened);
        assertThat(kept.getString("reason")).isEqualTo("not_fetched");
        assertThat(kept.getString("detail"))
                .isEqualTo(
                        "5 fetches of this message alone failed, the last one with unavailable: Internal error occurred.");
    }

    @Test
    void isFoundAmongManyByAServerWhoseLastAnswersNeverArrive() throws Exception {
        folders.refresh(link());
        server.losesAnswers = true;
        for (int i = 0; i < 40; i++) {
            server.deliver(MailboxName.INBOX, mail("before " + i), Instant.now());
        }
        unopened(MailboxName.INBOX);
        for (int i = 0; i < 40; i++) {
            server.deliver(MailboxName.INBOX, mail("after " + i), Instant.now());
        }

        int ended =
                untilItPasses(() -> check.check(link(), inbox().id(), MailboxLook.Depth.ALL, MailEvent.Source.LIVE));

        assertThat(ended).isGreaterThan(FetchFailures.TRIES_MAX).isLessThanOrEqualTo(FetchFailures.CONNECTIONS_MAX);
        assertThat(count("copy")).isEqualTo(80);
        assertThat(count("quarantine")).isEqualTo(1);
    }

    @Test
    void isImportedLastAndTheImportEndsWithoutIt() throws Exception {
        // Given
        for (int i = 0; i < 10; i++) {
            server.deliver(MailboxName.INBOX, mail("old " + i), OLD);
        }
        unopened(MailboxName.INBOX);
        server.deliver(MailboxName.INBOX, mail("newest"), OLD);
        folders.refresh(link());

        // When
        assertThat(passes(this::imports)).isFalse();
        assertThat(passes(this::imports)).isFalse();

        // Then
        assertThat(count("copy")).isEqualTo(11);
        untilItPasses(this::imports);
        assertThat(quarantined().getString("reason")).isEqualTo("not_fetched");
        assertThat(inbox().importState()).isEqualTo("done");
    }

    @Test
    void isLeftOutWhenTheServerRenumbers() throws Exception {
        connectAndDeliver(4);
        server.of(MailboxName.INBOX).uidValidity += 1;
        unopened(MailboxName.INBOX);

        untilItPasses(() -> checkInbox(link()));

        assertThat(resets()).hasSize(1);
        assertThat(resets().getFirst().data().path("relinked").asLong()).isEqualTo(4);
        untilItPasses(this::imports);
        assertThat(count("quarantine")).isEqualTo(1);
        assertThat(count("copy")).isEqualTo(4);
    }

    @Test
    void costsNoConnectionOnceItIsInQuarantineAndOneForEachTryAfterThat() throws Exception {
        // Given
        connectAndDeliver(2);
        unopened(MailboxName.INBOX);
        untilItPasses(() -> checkInbox(link()));

        // When: it is compared as a whole, and mail comes
        server.deliver(MailboxName.INBOX, mail("next"), Instant.now());
        int calm = untilItPasses(() -> check.check(link(), inbox().id(), MailboxLook.Depth.ALL, MailEvent.Source.LIVE));

        // Then
        assertThat(calm).isZero();
        assertThat(count("copy")).isEqualTo(3);

        // When
        database.execute("update quarantine set state = 'retrying', updated_at = now() where account_id = $1", account);

        // Then
        assertThat(untilItPasses(() -> retry.run(link()))).isEqualTo(1);
        assertThat(quarantined().getString("state")).isEqualTo("open");
        assertThat(quarantined().getInteger("attempts")).isEqualTo(2);

        // When
        server.unreadable.clear();
        database.execute("update quarantine set state = 'retrying', updated_at = now() where account_id = $1", account);
        retry.run(link());

        // Then
        assertThat(quarantined().getString("state")).isEqualTo("resolved");
        assertThat(count("copy")).isEqualTo(4);
        assertThat(count("quarantine")).isEqualTo(1);
        assertThat(dateOf("unopened")).isEqualTo(OLD.getEpochSecond());
    }

    private long unopened(MailboxName mailbox) {
        long uid = server.deliver(mailbox, mail("unopened"), OLD);
        server.unreadable.add(uid);
        return uid;
    }

    private void imports() throws MailException {
        HistoryImport importing = history.over(link());
        for (int slices = 0; importing.slice(); slices++) {
            assertThat(slices).isLessThan(50);
        }
    }

    private boolean passes(Look look) {
        server.reopen();
        try {
            look.run();
            return true;
        } catch (MailException ended) {
            assertThat(server.isOpen()).isFalse();
            return false;
        }
    }

    /** @return connections that ended before */
    private int untilItPasses(Look look) {
        int ended = 0;
        while (!passes(look)) {
            assertThat(++ended).isLessThanOrEqualTo(FetchFailures.CONNECTIONS_MAX);
        }
        return ended;
    }

    private Row quarantined() {
        return database.first(
                        "select uid, reason, detail, state, attempts from quarantine where account_id = $1", account)
                .orElseThrow();
    }

    private long dateOf(String subject) {
        return database.first(
                        "select c.internal_date from copy c join message m on m.id = c.message_id "
                                + "where c.account_id = $1 and m.subject = $2",
                        account,
                        subject)
                .orElseThrow()
                .getOffsetDateTime("internal_date")
                .toEpochSecond();
    }
}

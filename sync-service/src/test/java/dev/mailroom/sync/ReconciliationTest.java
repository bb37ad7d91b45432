package dev.mailroom.sync;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.history.HistoryImport;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.sync.mailbox.Reconciliation;
import dev.mailroom.testkit.TestTokens;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The daily comparison finds what was planted, mends it and says how much it was. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class ReconciliationTest extends HandDrivenSession {
    @Inject
    Reconciliation reconciliation;

    @Inject
    MeterRegistry metrics;

    @Test
    void findsNothingWhereAllIsWellWhateverOthersDoMeanwhile() throws Exception {
        UUID inbox = withMail();
        server.deliver(MailboxName.INBOX, mail("not seen yet"), Instant.now());
        server.of(MailboxName.INBOX).messages.remove(1L);

        assertThat(reconciliation.mailbox(link(), inbox)).isZero();

        scene.awaitMail(account, "message.received", Scene.subject("not seen yet"));
        status(0, true);
    }

    @Test
    void findsAndMendsWhatNoLookCanFind() throws Exception {
        // Given: one copy lost, one too many, one with wrong flags, one under numbers of former times
        UUID inbox = withMail();
        double before = metrics.counter("mailroom_sync_divergence_total").count();
        database.execute("delete from copy where mailbox_id = $1 and uid = 2", inbox);
        database.execute("update copy set uid = 90 where mailbox_id = $1 and uid = 3", inbox);
        database.execute(
                "update copy set seen = true, flags = '{\"\\\\Seen\"}' where mailbox_id = $1 and uid = 4", inbox);
        database.execute("update copy set uid_validity = 2 where mailbox_id = $1 and uid = 5", inbox);
        checkInbox(link());
        status(0, false);

        // When
        long found = reconciliation.mailbox(link(), inbox);

        // Then: the last one is missing under its number and left over under the former one
        assertThat(found).isEqualTo(6);
        assertThat(metrics.counter("mailroom_sync_divergence_total").count() - before)
                .isEqualTo(6);
        status(6, true);
        settle(link());
        assertThat(database.query(
                        "select uid from copy where mailbox_id = $1 and uid_validity = 1 and not seen order by uid",
                        inbox))
                .extracting(row -> row.getLong("uid"))
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(scene.mailOf(account, "message.deleted")).isEmpty();
        assertThat(reconciliation.mailbox(link(), inbox)).isZero();
        status(0, true);
    }

    @Test
    void findsOldMailThatWasNeverImportedAndImportsItAsHistory() throws Exception {
        // Given: of five old messages the server concealed one while they were imported
        for (int i = 0; i < 5; i++) {
            server.deliver(MailboxName.INBOX, mail("old " + i), OLD);
        }
        server.deliver(MailboxName.INBOX, mail("before the window"), OLD.minus(Duration.ofDays(800)));
        server.hiddenFromSearch.add(2L);
        folders.refresh(link());
        importAll();
        assertThat(count("copy")).isEqualTo(4);
        assertThat(history.isPending(link())).isFalse();
        server.hiddenFromSearch.clear();
        double before = metrics.counter("mailroom_sync_divergence_total").count();

        // When
        long found = reconciliation.mailbox(link(), inbox());

        // Then
        assertThat(found).isEqualTo(1);
        assertThat(metrics.counter("mailroom_sync_divergence_total").count() - before)
                .isEqualTo(1);
        assertThat(history.isPending(link())).isTrue();
        importAll();
        scene.awaitMail(account, "message.imported", Scene.subject("old 1"));
        assertThat(scene.mailOf(account, "message.received")).isEmpty();
        assertThat(scene.mailOf(account, "message.imported")).hasSize(5);
        assertThat(history.isPending(link())).isFalse();
        assertThat(reconciliation.mailbox(link(), inbox())).isZero();
    }

    @Test
    void whatSearchNamesAndFetchDoesNotHaveIsNotMissed() throws Exception {
        long phantom = server.deliver(MailboxName.INBOX, mail("phantom"), OLD);
        server.deliver(MailboxName.INBOX, mail("old"), OLD);
        server.hiddenFromSearch.add(phantom);
        folders.refresh(link());
        importAll();
        server.hiddenFromSearch.clear();
        server.unsummarized.add(phantom);

        assertThat(reconciliation.mailbox(link(), inbox())).isZero();
    }

    @Test
    void whatIsMarkedAsDeletedIsNotMissed() throws Exception {
        long hidden = server.deliver(MailboxName.INBOX, mail("hidden"), OLD);
        server.of(MailboxName.INBOX).messages.firstEntry().getValue().flags().add("\\Deleted");
        server.deliver(MailboxName.INBOX, mail("old"), OLD);
        folders.refresh(link());

        importAll();

        assertThat(database.first("select 1 from copy where account_id = $1 and uid = $2", account, hidden))
                .isEmpty();
        assertThat(count("copy")).isEqualTo(1);
        assertThat(reconciliation.mailbox(link(), inbox())).isZero();
    }

    private void importAll() throws Exception {
        HistoryImport importing = history.over(link());
        while (importing.slice()) {
            assertThat(server.isOpen()).isTrue();
        }
    }

    private UUID inbox() {
        return mailboxes.ofAccount(database, account).stream()
                .filter(MailboxRow::isInbox)
                .findFirst()
                .orElseThrow()
                .id();
    }

    @Test
    void takesOneMailboxAtATimeAndEachOnceADay() throws Exception {
        withMail();
        server.folder("Work");
        folders.refresh(link());
        database.execute("update mailbox set import_state = 'done' where account_id = $1", account);
        assertThat(reconciliation.slice(link())).isFalse();

        database.execute(
                "update mailbox set created_at = created_at - interval '25 hours' where account_id = $1", account);

        assertThat(reconciliation.slice(link())).isTrue();
        assertThat(reconciliation.slice(link())).isTrue();
        assertThat(reconciliation.slice(link())).isFalse();
    }

    private UUID withMail() throws Exception {
        folders.refresh(link());
        for (int i = 0; i < 6; i++) {
            server.deliver(MailboxName.INBOX, mail("known " + i), Instant.now());
        }
        checkInbox(link());
        return inbox();
    }

    private void status(int differences, boolean checked) {
        given().header("Authorization", "Bearer " + TestTokens.token("owner", organization, "tester"))
                .get("/v1/sync/accounts/{id}", account)
                .then()
                .statusCode(200)
                .body("reconcile.differences", equalTo(differences))
                .body("reconcile.checked_at", checked ? notNullValue() : nullValue());
    }
}

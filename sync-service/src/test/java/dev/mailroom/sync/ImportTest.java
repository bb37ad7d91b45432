package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.history.HistoryImport;
import dev.mailroom.sync.ownership.FencedException;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Imports on a connection of their own, over a server in memory. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class ImportTest extends HandDrivenSession {
    private static final int MANY = 1_100;

    @Test
    void anImportThatIsCutOffGoesOnAndTellsEachMessageOnceTheNewestFirst() throws Exception {
        // Given
        deliver(MANY, OLD);
        folders.refresh(link());
        HistoryImport first = history.alone(link());
        first.slice();
        first.slice();
        first.slice();
        server.abort();

        // When
        assertThatThrownBy(() -> finish(first)).isInstanceOf(MailException.class);
        server.reopen();
        finish(history.alone(link()));

        // Then
        assertThat(count("copy")).isEqualTo(MANY);
        assertThat(stored("select import_done, import_total, import_state from account where id = $1"))
                .satisfies(row -> {
                    assertThat(row.getLong("import_done")).isEqualTo(MANY);
                    assertThat(row.getLong("import_total")).isEqualTo(MANY);
                    assertThat(row.getString("import_state")).isEqualTo("done");
                });
        scene.awaitMail(account, "message.imported", Scene.subject("old 0"));
        List<Integer> told = scene.mailOf(account, "message.imported").stream()
                .map(record -> record.data().path("message").path("subject").asText())
                .map(subject -> Integer.parseInt(subject.substring("old ".length())))
                .toList();
        assertThat(told.size()).isEqualTo(MANY);
        assertThat(told).doesNotHaveDuplicates().isSortedAccordingTo(java.util.Comparator.reverseOrder());
    }

    @Test
    void mailboxesWithoutMailAreNotOpened() throws Exception {
        deliver("one", Duration.ofDays(3));
        for (int i = 0; i < 20; i++) {
            server.folder("Empty " + i);
        }
        folders.refresh(link());
        long opened = server.selections();

        finish(history.alone(link()));

        // To plan it, to take it in, and for the closing look.
        assertThat(server.selections() - opened).isPositive().isLessThanOrEqualTo(3);
        assertThat(count("copy")).isEqualTo(1);
        assertThat(stored("select import_state from account where id = $1").getString("import_state"))
                .isEqualTo("done");
    }

    @Test
    void anImportWhoseAccountHasAnotherOwnerStoresNothingMore() throws Exception {
        // Given
        deliver(MANY, OLD);
        folders.refresh(link());
        HistoryImport importing = history.alone(link());
        importing.slice();
        database.execute("update shard set epoch = epoch + 1 where id = $1", SHARD);

        // When
        assertThatThrownBy(() -> finish(importing)).isInstanceOf(FencedException.class);

        // Then
        assertThat(count("copy")).isZero();
    }

    @Test
    void aWiderWindowBringsWhatIsMissingAndANarrowerOneDeletesNothing() throws Exception {
        // Given
        deliver("recent", Duration.ofDays(3));
        deliver("last year", Duration.ofDays(200));
        deliver("long ago", Duration.ofDays(2_000));
        window("1m", 2);
        folders.refresh(link());
        finish(history.alone(link()));
        assertThat(count("copy")).isEqualTo(1);

        // When
        window("1y", 3);
        finish(history.alone(link()));
        assertThat(count("copy")).isEqualTo(2);
        window("1m", 4);
        finish(history.alone(link()));
        assertThat(count("copy")).isEqualTo(2);
        window("all", 5);
        finish(history.alone(link()));

        // Then
        assertThat(count("copy")).isEqualTo(3);
        scene.awaitMail(account, "message.imported", Scene.subject("long ago"));
        assertThat(scene.mailOf(account, "message.imported")).hasSize(3);
        assertThat(scene.mailOf(account, "message.deleted")).isEmpty();
        assertThat(scene.mailOf(account, "message.received")).isEmpty();
    }

    @Test
    void draftsAndMessagesThatAreGoneAreNotCountedAsHistory() throws Exception {
        // Given
        deliver(10, OLD);
        server.of(MailboxName.INBOX).messages.firstEntry().getValue().flags().add("\\Draft");
        server.unsummarized.add(7L);
        folders.refresh(link());

        // When
        finish(history.alone(link()));

        // Then
        assertThat(count("copy")).isEqualTo(8);
        Row imported = stored("select import_done, import_total, import_state from account where id = $1");
        assertThat(imported.getLong("import_done")).isEqualTo(8);
        assertThat(imported.getLong("import_total")).isEqualTo(8);
        assertThat(imported.getString("import_state")).isEqualTo("done");
    }

    @Test
    void whatHappensToAMessageOnItsWayIsMadeUpFor() throws Exception {
        // Given: fetched and stored, and nobody has looked at the mailbox since
        deliver(MANY, OLD);
        folders.refresh(link());
        HistoryImport importing = history.alone(link());
        importing.slice();
        importing.slice();
        importing.drain();

        // When
        server.of(MailboxName.INBOX).messages.lastEntry().getValue().flags().add("\\Seen");
        server.of(MailboxName.INBOX).messages.remove((long) MANY - 1);
        finish(importing);

        // Then
        assertThat(stored("select flags from copy where account_id = $1 and uid = " + MANY)
                        .getArrayOfStrings("flags"))
                .containsExactly("\\Seen");
        assertThat(stored("select vanished_at from copy where account_id = $1 and uid = " + (MANY - 1))
                        .getOffsetDateTime("vanished_at"))
                .isNotNull();
        assertThat(database.query("select uid from copy where account_id = $1 and vanished_at is not null", account))
                .hasSize(1);
    }

    @Test
    void aMailboxThatIsNumberedAnewMeanwhileIsLeftAlone() throws Exception {
        // Given
        deliver(MANY, OLD);
        folders.refresh(link());
        HistoryImport importing = history.alone(link());
        importing.slice();
        importing.slice();
        importing.drain();
        long before = count("copy");

        // When: another connection has seen it and has written it down
        database.execute(
                "update mailbox set uid_validity = 99, import_state = 'unplanned' where account_id = $1", account);
        server.of(MailboxName.INBOX).uidValidity = 99;
        finish(importing);

        // Then
        assertThat(stored("select count(*) as n from copy where account_id = $1 and uid_validity = 1")
                        .getLong("n"))
                .isEqualTo(before);
    }

    @Test
    void saysHowLongItWillTake() throws Exception {
        // Given
        deliver(MANY, OLD);
        folders.refresh(link());
        HistoryImport importing = history.alone(link());

        // When
        finish(importing);

        // Then
        assertThat(stored("select import_rate from account where id = $1").getDouble("import_rate"))
                .isPositive();
        LoggedRecord progress = scene.status.await(
                "progress with an end in sight",
                record -> record.type().endsWith("import_progress.v1")
                        && account.toString().equals(record.key())
                        && record.data().path("done").asLong() > 0
                        && !record.data().path("finished").asBoolean());
        assertThat(progress.data().path("total").asLong()).isEqualTo(MANY);
        assertThat(progress.data().path("eta_seconds").isNumber()).isTrue();
    }

    private void deliver(int count, Instant date) {
        for (int i = 0; i < count; i++) {
            server.deliver(MailboxName.INBOX, mail("old " + i), date);
        }
    }

    private void deliver(String subject, Duration age) {
        server.deliver(MailboxName.INBOX, mail(subject), Instant.now().minus(age));
    }

    private void window(String history, long revision) {
        database.inTransaction(tx -> accounts.apply(
                tx,
                SHARD,
                new AccountEvent.Changed(Scene.state(organization, account, "user", 993, history, revision, 1))));
    }

    private static void finish(HistoryImport importing) throws MailException {
        boolean more = true;
        while (more) {
            more = importing.slice();
        }
        importing.drain();
    }

    private Row stored(String sql) {
        return database.first(sql, account).orElseThrow();
    }
}

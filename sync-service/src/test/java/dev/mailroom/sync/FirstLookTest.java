package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.history.HistoryImport;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Mail that came to INBOX after the account was connected and before its mailboxes were first looked at. */
@QuarkusTest
@SyncTest
class FirstLookTest extends KnownMail {
    @Test
    void isNewMail() throws Exception {
        deliver("old", "older");
        connected(uidValidity(), 3);
        deliver("meanwhile");

        lookAndImport();

        assertThat(subjects("message.received")).containsExactly("meanwhile");
        assertThat(subjects("message.imported")).containsExactlyInAnyOrder("old", "older");
        assertThat(count("copy")).isEqualTo(3);
    }

    @Test
    void isNewMailAlsoWhereTheServerDoesNotSayWhatComesNext() throws Exception {
        server.saysUidNext = false;
        deliver("old");
        connected(uidValidity(), 2);
        deliver("meanwhile", "and then");

        lookAndImport();

        assertThat(subjects("message.received")).containsExactly("meanwhile", "and then");
        assertThat(subjects("message.imported")).containsExactly("old");
    }

    @Test
    void isHistoryIfTheServerHasRenumberedOrGoneBackSince() throws Exception {
        deliver("old", "meanwhile");
        connected(uidValidity() + 1, 2);

        lookAndImport();

        assertThat(subjects("message.received")).isEmpty();
        assertThat(subjects("message.imported")).containsExactlyInAnyOrder("old", "meanwhile");
        assertThat(accounts.find(database, account).orElseThrow().firstNewInInbox(uidValidity() + 1, 1))
                .isZero();
    }

    @Test
    void isToldWithoutAnImportToo() throws Exception {
        deliver("old");
        connected(uidValidity(), 2, "none");
        deliver("meanwhile");

        lookAndImport();

        assertThat(subjects("message.received")).containsExactly("meanwhile");
        assertThat(count("copy")).isEqualTo(1);
    }

    private void connected(long uidValidity, long uidNext) {
        connected(uidValidity, uidNext, "1y");
    }

    private void connected(long uidValidity, long uidNext, String window) {
        account = UUID.randomUUID();
        AccountState state = Scene.state(organization, account, "user", 993, window, 1, 1);
        database.inTransaction(tx ->
                accounts.apply(tx, SHARD, new AccountEvent.Connected(ChangedState.seen(state, uidValidity, uidNext))));
    }

    private void lookAndImport() throws MailException {
        folders.refresh(link());
        checkInbox(link());
        HistoryImport importing = history.over(link());
        for (int slices = 0; importing.slice(); slices++) {
            assertThat(slices).isLessThan(20);
        }
        checkInbox(link());
    }

    private void deliver(String... subjects) {
        for (String subject : subjects) {
            server.deliver(MailboxName.INBOX, mail(subject), Instant.now());
        }
    }

    private long uidValidity() {
        return server.of(MailboxName.INBOX).uidValidity;
    }

    private List<String> subjects(String type) {
        return told(type).stream().map(FirstLookTest::subjectOf).toList();
    }

    private static String subjectOf(LoggedRecord told) {
        return told.data().path("message").path("subject").asText();
    }
}

package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.sync.history.HistoryImport;
import dev.mailroom.sync.mailbox.MailboxLook;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes from a mailbox is noticed by an ordinary look, whatever else happened meanwhile, and however the numbers come out. */
@QuarkusTest
@SyncTest
class LostDeletionsTest extends HandDrivenSession {
    private final Origin person = Origin.user(UUID.randomUUID());

    /** What the server says of changes. */
    enum Says {
        NOTHING,
        CHANGES,
        CHANGES_AND_DISAPPEARANCES
    }

    private void server(Says says) {
        server.condstore = says != Says.NOTHING;
        server.qresync = says == Says.CHANGES_AND_DISAPPEARANCES;
    }

    @ParameterizedTest
    @EnumSource(Says.class)
    void whatWeMovedThereAndSomebodyTookAway(Says says) throws Exception {
        // Given
        wantedInTheArchive(says, 2);
        move("wanted");
        long moved = server.of(MailboxName.INBOX).messages.lastKey();
        assertThat(stored("INBOX")).contains(moved);

        // When
        server.takeAway(MailboxName.INBOX, moved);
        look("INBOX");

        // Then
        nothingIsLost();
    }

    @ParameterizedTest
    @EnumSource(Says.class)
    void whatWeMovedThereAndSomebodyTookAwayWhileMailCame(Says says) throws Exception {
        // Given
        wantedInTheArchive(says, 2);
        move("wanted");
        server.takeAway(MailboxName.INBOX, server.of(MailboxName.INBOX).messages.lastKey());
        SelectedMailbox selected = server.select(MailboxName.INBOX, null);
        deliver(MailboxName.INBOX, 1);

        // When IDLE says that there are three
        int taken = check.takeArrivals(link(), row("INBOX").id(), selected, 3);
        look("INBOX");

        // Then
        assertThat(taken).isZero();
        nothingIsLost();
    }

    @ParameterizedTest
    @EnumSource(Says.class)
    void afterMailThatCameInTheMiddleOfALook(Says says) throws Exception {
        known(says, 3);
        deliver(MailboxName.INBOX, 1);
        server.takeAway(MailboxName.INBOX, 1L);
        server.afterSelect = () -> deliver(MailboxName.INBOX, 1);
        look("INBOX");

        server.takeAway(MailboxName.INBOX, 2L);
        look("INBOX");

        nothingIsLost();
    }

    @ParameterizedTest
    @EnumSource(Says.class)
    void afterMailThatCameInTheMiddleOfALookAtAServerWithoutUidNext(Says says) throws Exception {
        server(says);
        server.saysUidNext = false;
        folders.refresh(link());
        look("INBOX");
        deliver(MailboxName.INBOX, 3);
        look("INBOX");
        deliver(MailboxName.INBOX, 1);
        server.afterSelect = () -> deliver(MailboxName.INBOX, 1);
        look("INBOX");

        server.takeAway(MailboxName.INBOX, 2L);
        look("INBOX");

        nothingIsLost();
    }

    @ParameterizedTest
    @EnumSource(Says.class)
    void afterMoreMailThanWasAnnounced(Says says) throws Exception {
        known(says, 3);
        SelectedMailbox selected = server.select(MailboxName.INBOX, null);
        deliver(MailboxName.INBOX, 2);

        assertThat(check.takeArrivals(link(), row("INBOX").id(), selected, 4)).isEqualTo(2);
        server.takeAway(MailboxName.INBOX, 2L);
        look("INBOX");

        nothingIsLost();
    }

    @ParameterizedTest
    @EnumSource(Says.class)
    void whenTheConnectionEndedInTheMiddleOfArrivals(Says says) throws Exception {
        // Given two arrivals that do not fit into one batch, of which the second ends the connection
        known(says, 3);
        server.deliver(MailboxName.INBOX, large("first"), Instant.now());
        server.poison.add(server.deliver(MailboxName.INBOX, large("second"), Instant.now()));
        assertThatThrownBy(() -> look("INBOX")).isInstanceOf(MailException.class);
        assertThat(stored("INBOX")).hasSize(4);
        server.poison.clear();
        server.reopen();

        // When as many go as were taken in
        server.takeAway(MailboxName.INBOX, 2L);
        look("INBOX");

        // Then
        nothingIsLost();
    }

    @ParameterizedTest
    @EnumSource(Says.class)
    void whenManyWentAndItWasNotBelievedAtOnce(Says says) throws Exception {
        // Given
        known(says, 60);
        for (long uid = 1; uid <= 30; uid++) {
            server.takeAway(MailboxName.INBOX, uid);
        }
        deliver(MailboxName.INBOX, 30);
        server.hiddenFromSearch.add(60L);
        look("INBOX");
        assertThat(stored("INBOX")).contains(1L, 60L, 90L);

        // When
        server.hiddenFromSearch.clear();
        look("INBOX");

        // Then
        nothingIsLost();
    }

    @ParameterizedTest
    @EnumSource(Says.class)
    void besideWhatWeMovedAwayWhenAnotherConnectionSawItFirst(Says says) throws Exception {
        // Given
        server(says);
        server.folder("Archive");
        folders.refresh(link());
        deliver(MailboxName.INBOX, 3);
        server.deliver(MailboxName.INBOX, mail("wanted"), OLD);
        look("INBOX");
        server.afterTransfer = () -> look("INBOX");
        UUID message = message("wanted");
        accept(new MailCommand.Archive(UUID.randomUUID(), account, organization, message, person));
        runner.run(link());

        // When
        server.takeAway(MailboxName.INBOX, 2L);
        look("INBOX");

        // Then
        nothingIsLost();
    }

    @ParameterizedTest
    @EnumSource(Says.class)
    void whatWeMovedThereWhenAnotherConnectionSawAlreadyThatItWent(Says says) throws Exception {
        // Given
        wantedInTheArchive(says, 3);
        server.afterTransfer = () -> {
            server.takeAway(
                    MailboxName.INBOX, server.of(MailboxName.INBOX).messages.lastKey());
            deliver(MailboxName.INBOX, 1);
            look("INBOX");
        };
        move("wanted");

        // When
        look("INBOX");

        // Then
        nothingIsLost();
    }

    @Test
    void aWishToCompareAllOutlivesMailThatIsAnnounced() throws Exception {
        folders.refresh(link());
        deliver(MailboxName.INBOX, 2);
        look("INBOX");
        SelectedMailbox selected = server.select(MailboxName.INBOX, null);
        Objects.requireNonNull(server.of(MailboxName.INBOX).messages.get(1L))
                .flags()
                .add("\\Seen");
        mailboxes.compareWhole(database, List.of(row("INBOX").id()));
        deliver(MailboxName.INBOX, 1);

        check.takeArrivals(link(), row("INBOX").id(), selected, 3);
        look("INBOX");

        assertThat(stored("INBOX")).hasSize(3);
        assertThat(database.query("select 1 from copy where account_id = $1 and seen", account))
                .hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Says.class)
    void oldMailThatWentBetweenItsFetchAndItsCommitWhenTheImportWasBrokenOff(Says says) throws Exception {
        // Given
        server(says);
        server.deliver(MailboxName.INBOX, mail("goes"), OLD);
        server.deliver(MailboxName.INBOX, mail("stays"), OLD);
        folders.refresh(link());
        HistoryImport importing = history.over(link());
        server.afterFetch = () -> {
            server.takeAway(MailboxName.INBOX, 1L);
            look("INBOX");
            server.abort();
        };
        importing.slice();
        assertThatThrownBy(importing::slice).isInstanceOf(MailException.class);
        assertThat(stored("INBOX")).contains(1L);
        server.reopen();
        database.execute(
                "update mailbox set import_state = 'unplanned', import_done = 0 where account_id = $1", account);

        // When
        HistoryImport again = history.over(link());
        while (again.slice()) {
            assertThat(server.isOpen()).isTrue();
        }
        look("INBOX");

        // Then
        nothingIsLost();
    }

    /** INBOX with some messages, which are known. */
    private void known(Says says, int messages) throws MailException {
        server(says);
        folders.refresh(link());
        deliver(MailboxName.INBOX, messages);
        look("INBOX");
    }

    /** The same, and beside it a message that is to come to INBOX. */
    private void wantedInTheArchive(Says says, int messages) throws MailException {
        MailboxName archive = server.folder("Archive");
        known(says, messages);
        server.deliver(archive, mail("wanted"), OLD);
        look("Archive");
    }

    private void nothingIsLost() {
        assertThat(stored("INBOX")).isEqualTo(onServer(MailboxName.INBOX));
    }

    private void look(String name) throws MailException {
        look(name, MailboxLook.Depth.COUNTS);
    }

    private void deliver(MailboxName mailbox, int messages) {
        for (int i = 0; i < messages; i++) {
            server.deliver(mailbox, mail("message " + UUID.randomUUID()), Instant.now());
        }
    }

    private static byte[] large(String subject) {
        return Scene.mail(subject + "@example.net", subject, "", ("x".repeat(70) + "\n").repeat(70_000));
    }

    private void move(String subject) throws Exception {
        accept(new MailCommand.MoveToInbox(UUID.randomUUID(), account, organization, message(subject), person));
        runner.run(link());
    }

    private UUID message(String subject) {
        return database.first(
                        "select m.id from message m join copy c on c.message_id = m.id where c.account_id = $1 and m.subject = $2",
                        account,
                        subject)
                .orElseThrow()
                .getUUID("id");
    }

    private List<Long> stored(String mailbox) {
        return database.list(
                row -> row.getLong("uid"),
                "select uid from copy where mailbox_id = $1 and vanished_at is null order by uid",
                row(mailbox).id());
    }

    private List<Long> onServer(MailboxName mailbox) {
        return List.copyOf(server.of(mailbox).messages.keySet());
    }
}

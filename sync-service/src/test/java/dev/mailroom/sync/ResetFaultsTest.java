package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Transaction;
import dev.mailroom.sync.history.HistoryImport;
import dev.mailroom.sync.mailbox.MailboxIntake;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.sync.mailbox.OutdatedException;
import dev.mailroom.sync.message.Arrivals;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Servers that give their numbers anew: restored, renumbered, or with their mailboxes swapped. */
@QuarkusTest
@SyncTest
class ResetFaultsTest extends KnownMail {
    @Inject
    @SuppressWarnings("NullAway.Init")
    MailboxIntake intake;

    private static final Instant LONG_AGO = Instant.now().minus(Duration.ofDays(100));

    @Test
    void aServerRestoredFromABackupGivesItsNumbersToOtherMessages() throws Exception {
        // Given
        connectAndDeliver(5);
        FakeImapSession.Folder inbox = server.of(MailboxName.INBOX);
        inbox.messages.remove(4L);
        inbox.messages.remove(5L);
        inbox.uidNext = 4;
        server.deliver(
                MailboxName.INBOX, mail("after the restore"), Instant.now().plusSeconds(5));

        // When
        checkInbox(link());
        settle(link());
        checkInbox(link());

        // Then
        assertThat(resets()).hasSize(1);
        assertThat(resets().getFirst().data().path("relinked").asLong()).isEqualTo(3);
        scene.awaitMail(account, "message.received", Scene.subject("after the restore"));
        assertThat(told("message.received")).hasSize(6);
        assertThat(told("message.deleted")).hasSize(2);
        assertThat(subjectOf(4)).isEqualTo("after the restore");
        assertThat(inbox().uidNext()).isEqualTo(5);
    }

    @Test
    void aServerRestoredFromABackupThatHasGrownSinceIsKnownByItsMessages() throws Exception {
        // Given
        connectAndDeliver(5);
        FakeImapSession.Folder inbox = server.of(MailboxName.INBOX);
        inbox.messages.remove(4L);
        inbox.messages.remove(5L);
        inbox.uidNext = 4;
        for (int i = 0; i < 3; i++) {
            server.deliver(MailboxName.INBOX, mail("later " + i), Instant.now().plusSeconds(10 + i));
        }

        // When
        checkInbox(link());
        settle(link());

        // Then: what was looked at again beside what is new gave it away
        assertThat(resets()).hasSize(1);
        assertThat(subjectOf(4)).isEqualTo("later 0");
        assertThat(told("message.received")).hasSize(8);
        assertThat(told("message.deleted")).hasSize(2);
    }

    @Test
    void whatIsMarkedAsDeletedOrADraftDoesNotComeBackWithOtherNumbers() throws Exception {
        connectAndDeliver(2);
        for (String flag : List.of("\\Deleted", "\\Draft")) {
            long uid = server.deliver(MailboxName.INBOX, mail("hidden " + flag.substring(1)), Instant.now());
            Objects.requireNonNull(server.of(MailboxName.INBOX).messages.get(uid))
                    .flags()
                    .add(flag);
        }
        checkInbox(link());
        server.of(MailboxName.INBOX).uidValidity = 9;

        checkInbox(link());
        HistoryImport importing = history.alone(link());
        for (int slices = 0; slices < 20 && importing.slice(); slices++) {
            assertThat(server.isOpen()).isTrue();
        }
        settle(link());

        assertThat(count("copy")).isEqualTo(2);
        assertThat(told("message.received")).hasSize(2);
        assertThat(told("message.imported")).isEmpty();
    }

    @Test
    void whatCameBetweenTwoNewNumberingsIsNew() throws Exception {
        connectAndDeliver(1);
        server.of(MailboxName.INBOX).uidValidity = 9;
        checkInbox(link());
        server.deliver(MailboxName.INBOX, mail("between"), Instant.now());
        server.of(MailboxName.INBOX).uidValidity = 12;

        checkInbox(link());

        scene.awaitMail(account, "message.received", Scene.subject("between"));
    }

    @Test
    void whatLiesInANewMailboxIsNewAlsoIfItIsNumberedAnewBeforeAnybodyLooked() throws Exception {
        folders.refresh(link());
        MailboxName fresh = server.folder("Fresh");
        folders.refresh(link());
        server.of(fresh).uidValidity = 901;
        look("Fresh", MailboxLook.Depth.COUNTS);
        server.deliver(fresh, mail("first"), Instant.now().minus(Duration.ofDays(2)));
        server.of(fresh).uidValidity = 902;

        look("Fresh", MailboxLook.Depth.COUNTS);

        scene.awaitMail(account, "message.received", Scene.subject("first"));
    }

    @Test
    void messagesThatSayNothingAreKnownAgainBySize() throws Exception {
        // Given two that came in the same second
        folders.refresh(link());
        Instant second = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        server.deliver(MailboxName.INBOX, alarm("1"), second);
        server.deliver(MailboxName.INBOX, alarm("22"), second);
        checkInbox(link());
        assertThat(messages()).hasSize(2).doesNotHaveDuplicates();
        UUID stays = messages().getLast();

        // When
        server.of(MailboxName.INBOX).messages.remove(1L);
        server.of(MailboxName.INBOX).uidValidity = 9;
        checkInbox(link());
        settle(link());

        // Then
        assertThat(messages()).containsExactly(stays);
        assertThat(told("message.received")).hasSize(2);
        assertThat(told("message.deleted")).hasSize(1);
    }

    private static byte[] alarm(String id) {
        return ("Received: by here id " + id + "\r\nFrom: alarm@example.net\r\nSubject: Alarm\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private List<UUID> messages() {
        return database.list(
                row -> row.getUUID("message_id"),
                "select message_id from copy where account_id = $1 order by uid",
                account);
    }

    @Test
    void twoConnectionsOfAnAccountGiveEachEventANumberOfItsOwn() throws Exception {
        // Given a message that lies in two mailboxes
        MailboxName projects = server.folder("Projects");
        connectAndDeliver(1);
        server.deliver(projects, mail("known 0"), Instant.now());
        checkAll();
        UUID other = mailboxes.ofAccount(database, account).stream()
                .filter(row -> !row.isInbox())
                .findFirst()
                .orElseThrow()
                .id();

        // When
        CompletableFuture<Void> beside = writes.write(fence, tx -> {
            changes.flag(tx, place(tx, inbox().id(), 1), List.of(1L), "\\Flagged", true, MailEvent.Source.LIVE);
            CompletableFuture<Void> second = CompletableFuture.runAsync(() -> writes.write(fence, mine -> {
                changes.flag(
                        mine,
                        place(mine, other, server.of(projects).uidValidity),
                        List.of(1L),
                        "\\Seen",
                        true,
                        MailEvent.Source.LIVE);
                return null;
            }));
            Awaitility.await("the second to wait for the first, or to be done")
                    .until(() -> second.isDone()
                            || database.first("select 1 from pg_locks where not granted")
                                    .isPresent());
            return second;
        });
        beside.join();

        // Then
        assertThat(scene.toldOf(account, "message.updated").stream().skip(1)).hasSize(2);
    }

    private Arrivals.Place place(Transaction tx, UUID mailbox, long uidValidity) {
        return new Arrivals.Place(mailboxes.scope(tx, account, organization), mailbox, uidValidity);
    }

    @Test
    void anInternaldateThatChangesMakesNoOtherMessage() throws Exception {
        connectAndDeliver(3);
        Map<Long, FakeImapSession.Stored> messages = server.of(MailboxName.INBOX).messages;
        messages.replaceAll((uid, message) -> new FakeImapSession.Stored(
                message.content(), message.flags(), message.date().plusSeconds(3_600)));

        check.check(link(), inbox().id(), MailboxLook.Depth.ALL, MailEvent.Source.LIVE);
        server.of(MailboxName.INBOX).uidValidity = 9;
        checkInbox(link());
        settle(link());

        assertThat(resets()).hasSize(1);
        assertThat(resets().getFirst().data().path("relinked").asLong()).isEqualTo(3);
        assertThat(told("message.received")).hasSize(3);
        assertThat(told("message.deleted")).isEmpty();
    }

    @Test
    void aUidvalidityThatComesBackMeansNewNumbersAllTheSame() throws Exception {
        // Given
        connectAndDeliver(3);
        for (long validity : List.of(77L, 1L, 77L)) {
            FakeImapSession.Folder inbox = server.of(MailboxName.INBOX);
            List<FakeImapSession.Stored> messages = new ArrayList<>(inbox.messages.values());
            inbox.messages.clear();
            inbox.uidValidity = validity;
            inbox.uidNext = 1;
            messages.reversed()
                    .forEach(message -> server.deliver(MailboxName.INBOX, message.content(), message.date()));
            // One goes for good each time, and is not settled when the next numbers come.
            inbox.messages.pollFirstEntry();
            server.deliver(MailboxName.INBOX, mail("with " + validity + " " + resetsStored()), Instant.now());
            checkInbox(link());
            checkInbox(link());
        }

        // When
        settle(link());

        // Then
        assertThat(resets()).hasSize(3).extracting(LoggedRecord::id).doesNotHaveDuplicates();
        assertThat(told("message.received")).hasSize(6);
        assertThat(told("message.deleted")).hasSize(3);
        server.of(MailboxName.INBOX)
                .messages
                .forEach((uid, message) -> assertThat(
                                new String(message.content(), java.nio.charset.StandardCharsets.UTF_8))
                        .contains("Subject: " + subjectOf(uid)));
    }

    @Test
    void oldMailBetweenNewMailStaysHistoryWhenTheServerRenumbers() throws Exception {
        // Given: without history, an old message that nobody wants, and two that came since
        account = UUID.randomUUID();
        store(account, "none");
        server.deliver(MailboxName.INBOX, mail("ancient"), LONG_AGO);
        connectAndDeliver(1);
        FakeImapSession.Folder inbox = server.of(MailboxName.INBOX);
        FakeImapSession.Stored ancient = Objects.requireNonNull(inbox.messages.get(1L));
        FakeImapSession.Stored known = Objects.requireNonNull(inbox.messages.get(2L));
        inbox.messages.clear();
        inbox.uidValidity = 5;
        inbox.uidNext = 1;

        // When: what is new gets the smallest number, and the connection is lost before it is fetched
        server.deliver(MailboxName.INBOX, mail("meanwhile"), Instant.now());
        server.deliver(MailboxName.INBOX, ancient.content(), ancient.date());
        server.deliver(MailboxName.INBOX, known.content(), known.date());
        check.look(link(), inbox().id(), MailboxLook.Depth.COUNTS, MailEvent.Source.LIVE);
        checkInbox(link());
        checkInbox(link());

        // Then
        scene.awaitMail(account, "message.received", Scene.subject("meanwhile"));
        assertThat(told("message.received")).hasSize(2);
        assertThat(count("copy")).isEqualTo(2);
    }

    @Test
    void mailThatIsKnownIsFoundWhereverItLiesAfterTheServerRenumbered() throws Exception {
        // Given: the names of two mailboxes were swapped, on a server that does not count with LIST
        account = UUID.randomUUID();
        store(account, "none");
        MailboxName one = server.folder("One");
        MailboxName two = server.folder("Two");
        folders.refresh(link());
        server.deliver(one, mail("in one"), OLD);
        server.deliver(two, mail("in two"), OLD);
        checkAll();
        FakeImapSession.Folder first = server.of(one);
        server.folders.put(one, server.of(two));
        server.folders.put(two, first);

        // When
        folders.refresh(link());
        checkAll();
        checkAll();
        settle(link());

        // Then
        assertThat(told("message.received")).hasSize(2);
        assertThat(told("message.moved")).hasSize(2);
        assertThat(told("message.deleted")).isEmpty();
        assertThat(count("copy")).isEqualTo(2);
    }

    @Test
    void whatWasFetchedBeforeTheServerRenumberedIsNotStoredUnderNumbersThatMeanNothing() throws Exception {
        connectAndDeliver(2);
        Link link = link();
        long uid = server.deliver(MailboxName.INBOX, mail("fetched before"), Instant.now());
        link.imap().select(MailboxName.INBOX, null);
        database.execute("update mailbox set uid_validity = 99 where id = $1", inbox().id());

        assertThatThrownBy(() -> intake.take(
                        link,
                        inbox().id(),
                        1,
                        List.of(new MessageSummary(uid, Set.of(), Instant.now(), 100, 0)),
                        false,
                        MailEvent.Source.IMPORT,
                        tx -> {}))
                .isInstanceOf(OutdatedException.class);

        assertThat(count("copy")).isEqualTo(2);
        assertThat(inbox().uidValidity()).isEqualTo(99);
    }

    private void checkAll() throws Exception {
        Link link = link();
        for (MailboxRow row : mailboxes.ofAccount(database, account)) {
            check.check(link, row.id(), MailboxLook.Depth.ALL, MailEvent.Source.LIVE);
        }
    }

    private long resetsStored() {
        return inbox().revision();
    }

    private String subjectOf(long uid) {
        return database.first(
                        "select m.subject from copy c join message m on m.id = c.message_id join mailbox b on b.id = c.mailbox_id "
                                + "where c.account_id = $1 and c.uid = $2 and c.uid_validity = b.uid_validity",
                        account,
                        uid)
                .orElseThrow()
                .getString("subject");
    }
}

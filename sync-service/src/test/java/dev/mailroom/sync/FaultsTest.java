package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.history.HistoryImport;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.sync.ownership.Fence;
import dev.mailroom.sync.ownership.FencedException;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What happens to mail when something goes wrong in the middle. */
@QuarkusTest
@SyncTest
class FaultsTest extends HandDrivenSession {
    @Test
    void aStaleEpochWritesNothing() throws Exception {
        // Given
        Link link = link();
        folders.refresh(link);
        server.deliver(MailboxName.INBOX, mail("late"), Instant.now());
        database.execute("update shard set epoch = epoch + 1 where id = $1", SHARD);

        // When
        assertThatThrownBy(() -> checkInbox(link)).isInstanceOf(FencedException.class);

        // Then
        assertThat(count("copy")).isZero();
        assertThat(count("sighting")).isZero();
        assertThat(scene.mailOf(account, "message.received")).isEmpty();
    }

    @Test
    void aCrashBeforeTheCommitRepeatsWithTheSameIds() throws Exception {
        // Given
        Link link = link();
        folders.refresh(link);
        server.deliver(MailboxName.INBOX, mail("crash"), Instant.now());
        UUID before = announcedAndRolledBack(link);

        // When
        checkInbox(link());
        checkInbox(link());

        // Then
        LoggedRecord received = scene.awaitMail(account, "message.received", Scene.subject("crash"));
        assertThat(UUID.fromString(received.data().path("message").path("id").asText()))
                .isEqualTo(before);
        assertThat(scene.mailOf(account, "message.received")).hasSize(1);
        assertThat(count("copy")).isEqualTo(1);
    }

    /** Runs the intake, and fails before the commit as a crash would; gives the id that the message would have got. */
    private UUID announcedAndRolledBack(Link link) {
        Fence stale = new Fence(fence.shard(), fence.epoch() - 1);
        assertThatThrownBy(() -> checkInbox(new Link(server, link.account(), stale, Instant.now())))
                .isInstanceOf(FencedException.class);
        assertThat(count("copy")).isZero();
        return dev.mailroom.sync.message.ContentKey.of(
                        new dev.mailroom.sync.message.MessageParser(dev.mailroom.sync.message.ParseLimits.defaults())
                                .parse(mail("crash")),
                        Instant.EPOCH,
                        mail("crash").length)
                .messageIn(organization);
    }

    @Test
    void anImportThatEndsWhileAWiderWindowIsAskedForDoesNotCountForIt() throws Exception {
        // Given
        server.deliver(MailboxName.INBOX, mail("old"), OLD);
        folders.refresh(link());
        HistoryImport first = history.over(link());
        first.slice();
        database.inTransaction(tx -> {
            accounts.apply(
                    tx,
                    SHARD,
                    new dev.mailroom.contracts.AccountEvent.Changed(
                            Scene.state(organization, account, "user", 993, "all", 2, 1)));
            return null;
        });

        // When
        for (int i = 0; i < 3; i++) {
            first.slice();
        }

        // Then
        assertThat(history.isPending(link())).isTrue();
        assertThat(database.first("select import_state from account where id = $1", account)
                        .orElseThrow()
                        .getString("import_state"))
                .isEqualTo("pending");
    }

    @Test
    void anInterruptedImportGoesOnWhereItWas() throws Exception {
        // Given
        for (int i = 0; i < 1_200; i++) {
            server.deliver(MailboxName.INBOX, mail("old " + i), OLD);
        }
        folders.refresh(link());
        HistoryImport first = history.over(link());
        first.slice();
        first.slice();

        // When
        HistoryImport second = history.over(link());
        while (second.slice()) {
            assertThat(server.isOpen()).isTrue();
        }

        // Then
        assertThat(scene.mail.awaitAll(
                        "message.imported",
                        1_200,
                        record -> record.type().endsWith("message.imported.v1")
                                && account.toString().equals(record.key())))
                .hasSize(1_200)
                .extracting(LoggedRecord::id)
                .doesNotHaveDuplicates();
        assertThat(database.first("select import_done, import_total, import_state from account where id = $1", account)
                        .orElseThrow())
                .satisfies(row -> {
                    assertThat(row.getLong("import_done")).isEqualTo(1_200);
                    assertThat(row.getLong("import_total")).isEqualTo(1_200);
                    assertThat(row.getString("import_state")).isEqualTo("done");
                });
    }

    @Test
    void theNewestMailIsImportedFirst() throws Exception {
        for (int i = 0; i < 600; i++) {
            server.deliver(MailboxName.INBOX, mail("old " + i), OLD);
        }
        folders.refresh(link());
        HistoryImport importing = history.over(link());
        importing.slice();

        importing.slice();

        assertThat(database.first(
                                "select min(uid) as oldest, max(uid) as newest from copy where account_id = $1",
                                account)
                        .orElseThrow())
                .satisfies(row -> {
                    assertThat(row.getLong("oldest")).isEqualTo(351);
                    assertThat(row.getLong("newest")).isEqualTo(600);
                });
    }

    @Test
    void aMessageThatIsNotAnsweredGoesToQuarantineAndTheOthersGoOn() throws Exception {
        Link link = link();
        folders.refresh(link);
        server.deliver(MailboxName.INBOX, mail("first"), Instant.now());
        server.unanswered.add(server.deliver(MailboxName.INBOX, mail("poison"), Instant.now()));
        server.deliver(MailboxName.INBOX, mail("third"), Instant.now());

        checkInbox(link);
        checkInbox(link);

        scene.awaitMail(account, "message.received", Scene.subject("first"));
        scene.awaitMail(account, "message.received", Scene.subject("third"));
        scene.awaitMail(
                account,
                "message.quarantined",
                record -> record.data().path("uid").asLong() == 2);
        assertThat(scene.mailOf(account, "message.quarantined")).hasSize(1);
        assertThat(count("copy")).isEqualTo(2);
    }

    @Test
    void aRenumberedMailboxIsFoundAgainAndWhatCameMeanwhileIsNew() throws Exception {
        // Given
        Link link = link();
        folders.refresh(link);
        for (int i = 0; i < 5; i++) {
            server.deliver(MailboxName.INBOX, mail("known " + i), Instant.now());
        }
        checkInbox(link);
        FakeImapSession.Folder inbox = server.of(MailboxName.INBOX);
        List<FakeImapSession.Stored> messages = List.copyOf(inbox.messages.values());
        inbox.messages.clear();
        inbox.uidValidity = 77;
        inbox.uidNext = 1;
        messages.reversed().forEach(message -> server.deliver(MailboxName.INBOX, message.content(), message.date()));
        server.deliver(MailboxName.INBOX, mail("meanwhile"), Instant.now());

        // When
        checkInbox(link);
        checkInbox(link);

        // Then
        LoggedRecord reset = scene.awaitMail(account, "mailbox.reset", record -> true);
        assertThat(reset.data().path("relinked").asLong()).isEqualTo(5);
        scene.awaitMail(account, "message.received", Scene.subject("meanwhile"));
        assertThat(scene.mailOf(account, "message.received")).hasSize(6);
        assertThat(scene.mailOf(account, "message.deleted")).isEmpty();
        assertThat(database.query("select uid from copy where account_id = $1 and uid_validity = 77", account))
                .hasSize(6);
    }

    @Test
    void theSameMessageInAnotherAccountIsLinkedWhenItIsImported() throws Exception {
        UUID message = receivedHere();

        UUID second = importedElsewhere();

        LoggedRecord linked = scene.awaitMail(second, "message.copy_linked", Scene.about(message.toString()));
        assertThat(linked.data().path("source").asText()).isEqualTo("import");
        assertThat(scene.mailOf(second, "message.imported")).isEmpty();
        assertThat(database.query("select 1 from message where organization_id = $1", organization))
                .hasSize(1);
    }

    @Test
    void whatOnlyARemovedAccountStillHoldsIsToldWithItsContentAgain() throws Exception {
        UUID message = receivedHere();
        database.inTransaction(tx -> accounts.apply(tx, SHARD, new AccountEvent.Removed(account, organization, 2)));

        UUID second = importedElsewhere();

        LoggedRecord imported = scene.awaitMail(second, "message.imported", Scene.subject("shared"));
        assertThat(imported.data().path("message").path("id").asText()).isEqualTo(message.toString());
        assertThat(scene.mailOf(second, "message.copy_linked")).isEmpty();
    }

    private UUID receivedHere() throws Exception {
        Link link = link();
        folders.refresh(link);
        server.deliver(MailboxName.INBOX, mail("shared"), Instant.now());
        checkInbox(link);
        return onlyMessage();
    }

    private UUID importedElsewhere() throws Exception {
        UUID second = UUID.randomUUID();
        store(second, "all");
        FakeImapSession other = new FakeImapSession();
        other.deliver(MailboxName.INBOX, mail("shared"), OLD);
        Link otherLink = new Link(other, accounts.find(database, second).orElseThrow(), fence, Instant.now());
        folders.refresh(otherLink);
        HistoryImport importing = history.over(otherLink);
        while (importing.slice()) {
            assertThat(other.isOpen()).isTrue();
        }
        return second;
    }

    @Test
    void anEmptyListChangesNothing() throws Exception {
        Link link = link();
        folders.refresh(link);
        server.folders.clear();

        folders.refresh(link);
        folders.refresh(link);

        assertThat(mailboxes.ofAccount(database, account))
                .extracting(MailboxRow::missingSince)
                .containsExactly((Instant) null);
    }
}

package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that say what is not so, or say nothing. */
@QuarkusTest
@SyncTest
class UntrueAnswersTest extends KnownMail {
    @Test
    void aMailboxWithoutUidvalidityIsNoNews() throws Exception {
        connectAndDeliver(3);
        server.of(MailboxName.INBOX).uidValidity = 0;
        server.of(MailboxName.INBOX).messages.clear();

        checkInbox(link());
        settle(link());

        assertThat(count("copy")).isEqualTo(3);
        assertThat(resets()).isEmpty();
        assertThat(told("message.deleted")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 30})
    void aServerThatSaysThatAllHasVanishedIsAskedAgain(int messages) throws Exception {
        server.modSeq = 5;
        connectAndDeliver(messages);
        server.claimsVanished = UidSet.ALL;
        server.modSeq = 6;

        checkInbox(link());
        settle(link());

        assertThat(count("copy")).isEqualTo(messages);
        assertThat(inbox().highestModSeq()).isEqualTo(6);
        assertThat(told("message.deleted")).isEmpty();
    }

    @Test
    void aServerThatNamesNotAllThatVanishedIsAskedForTheRest() throws Exception {
        server.modSeq = 5;
        connectAndDeliver(4);
        server.claimsVanished = UidSet.range(2, 2);
        server.of(MailboxName.INBOX).messages.headMap(4L).clear();
        server.modSeq = 6;

        checkInbox(link());
        settle(link());

        assertThat(count("copy")).isEqualTo(1);
        assertThat(inbox().highestModSeq()).isEqualTo(6);
    }

    @Test
    void halfAnAnswerIsNotBelievedAndAskedForAgain() throws Exception {
        // Given
        server.modSeq = 5;
        connectAndDeliver(30);
        server.claimsVanished = UidSet.range(1, 25);
        server.of(MailboxName.INBOX).messages.keySet().forEach(server.hiddenFromSearch::add);
        server.modSeq = 6;

        // When
        checkInbox(link());

        // Then
        settle(link());
        assertThat(count("copy")).isEqualTo(30);
        assertThat(inbox().highestModSeq()).isEqualTo(5);

        // When it was true after all
        server.hiddenFromSearch.clear();
        server.of(MailboxName.INBOX).messages.headMap(26L).clear();
        checkInbox(link());
        settle(link());

        // Then
        assertThat(count("copy")).isEqualTo(5);
        assertThat(inbox().highestModSeq()).isEqualTo(6);
        scene.awaitMail(account, "message.deleted", record -> true);
        assertThat(told("message.deleted")).hasSize(25);
    }

    @Test
    void flagsAreComparedWhenTheModSequenceGoesBack() throws Exception {
        server.modSeq = 9;
        connectAndDeliver(2);
        Objects.requireNonNull(server.of(MailboxName.INBOX).messages.get(1L))
                .flags()
                .add("\\Seen");
        server.modSeq = 4;

        checkInbox(link());

        assertThat(database.query("select 1 from copy where account_id = $1 and seen", account))
                .hasSize(1);
        assertThat(inbox().highestModSeq()).isEqualTo(4);
    }

    @Test
    void aListWithoutInboxChangesNothing() throws Exception {
        server.folder("Work");
        folders.refresh(link());
        FakeImapSession.Folder inbox = server.of(MailboxName.INBOX);
        server.folders.clear();
        server.folder("Other");

        folders.refresh(link());
        server.folders.clear();
        server.folders.put(MailboxName.INBOX, inbox);
        server.folder("Work");
        folders.refresh(link());

        assertThat(mailboxes.ofAccount(database, account))
                .extracting(row -> row.path().getFirst())
                .containsExactly("INBOX", "Work");
        assertThat(told("mailbox.deleted")).isEmpty();
    }

    @Test
    void aMailboxThatListLeavesOutAndStatusKnowsIsNotMissed() throws Exception {
        MailboxName work = server.folder("Work");
        folders.refresh(link());
        server.unlisted.add(work);

        assertThatThrownBy(() -> folders.refresh(link())).isInstanceOf(MailException.class);

        assertThat(server.isOpen()).isFalse();
        assertThat(row("Work").missingSince()).isNull();
        server.reopen();
        server.folders.remove(work);
        folders.refresh(link());
        assertThat(row("Work").missingSince()).isNotNull();
    }

    @Test
    void aMailboxThatListShowsUnderItsFormerNameIsListedOverAnotherConnection() throws Exception {
        // Given
        server.listsCounters = true;
        MailboxName former = server.folder("Former");
        folders.refresh(link());
        MailboxRow known = row("Former");
        MailboxName renamed = server.folder("Renamed");
        server.folders.put(renamed, Objects.requireNonNull(server.folders.remove(former)));
        server.unlisted.add(renamed);
        server.listedStill.add(former);

        // When
        assertThatThrownBy(() -> folders.refresh(link())).isInstanceOf(MailException.class);

        // Then
        assertThat(server.isOpen()).isFalse();
        server.unlisted.clear();
        server.listedStill.clear();
        folders.refresh(new Link(AnotherConnection.to(server), link().account(), fence, Instant.now()));
        assertThat(row("Renamed").id()).isEqualTo(known.id());
    }

    @Test
    void aLabelThatWeMadeAndListLeavesOutIsFoundOverAnotherConnection() throws Exception {
        // Given
        folders.refresh(link());
        server.hidesWhatIsMade = true;
        UUID command = accept(new MailCommand.CreateLabel(
                UUID.randomUUID(), account, organization, "Later", Origin.user(UUID.randomUUID())));

        // When
        assertThatThrownBy(() -> runner.run(link())).isInstanceOf(MailException.class);

        // Then
        server.unlisted.clear();
        Link next = new Link(AnotherConnection.to(server), link().account(), fence, Instant.now());
        folders.refresh(next);
        runner.run(next);
        LoggedRecord succeeded = scene.awaitMail(account, "command.succeeded", Scene.command(command));
        assertThat(succeeded.data().path("result").asText()).isEqualTo("created");
    }

    @Test
    void aMailboxThatIsListedAndCannotBeOpenedDoesNotEndOneConnectionAfterTheOther() throws Exception {
        server.listsCounters = true;
        folders.refresh(link());
        MailboxName phantom = server.folder("Phantom");
        server.folders.remove(phantom);
        server.listedStill.add(phantom);

        assertThatThrownBy(() -> folders.refresh(link())).isInstanceOf(MailException.class);
        Link next = new Link(AnotherConnection.to(server), link().account(), fence, Instant.now());
        folders.refresh(next);
        folders.refresh(next);

        assertThat(server.isOpen()).isTrue();
    }

    @Test
    void aMailboxThatComesBackAfterItWasToldAsDeletedIsToldAsAnotherOne() throws Exception {
        // Given
        MailboxName work = server.folder("Work");
        FakeImapSession.Folder folder = server.of(work);
        folders.refresh(link());
        server.folders.remove(work);
        folders.refresh(link());
        database.execute(
                "update mailbox set missing_since = missing_since - interval '1 hour' where account_id = $1 and missing_since is not null",
                account);
        folders.refresh(link());
        assertThat(told("mailbox.deleted")).hasSize(1);

        // When
        server.folders.put(work, folder);
        folders.refresh(link());

        // Then
        assertThat(told("mailbox.created"))
                .filteredOn(record -> record.data()
                        .path("mailbox")
                        .path("path")
                        .path(0)
                        .asText()
                        .equals("Work"))
                .hasSize(2)
                .extracting(LoggedRecord::id)
                .doesNotHaveDuplicates();
    }
}

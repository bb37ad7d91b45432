package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.sync.session.SettledMail;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In which mailboxes a message lies, as it is told: each once, however many copies are there, and as long as one is. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class PlacesTest extends HandDrivenSession {
    @Inject
    SettledMail settled;

    private final Origin person = Origin.user(UUID.randomUUID());
    private final byte[] content = mail("subject");
    private MailboxName trash;
    private MailboxName archive;
    private MailboxName label;
    private UUID message;

    @BeforeEach
    void receiveOne() throws Exception {
        archive = server.folder("Archive");
        trash = server.folder("Trash");
        label = server.folder("Later");
        folders.refresh(link());
        copyTo(MailboxName.INBOX);
        message = onlyMessage();
    }

    @Test
    void aCopyInAnotherMailboxWithARoleIsToldAndSoIsItsEnd() throws Exception {
        long uid = copyTo(trash);
        takeAway(trash, uid);
        settle(link());

        assertThat(told()).containsExactly("message.received", "message.copy_linked", "message.deleted");
        LoggedRecord deleted = scene.mailOf(account, "message.deleted").getLast();
        assertThat(deleted.data().path("mailbox").path("role").asText()).isEqualTo("trash");
        assertThat(deleted.data().path("last_copy").asBoolean()).isFalse();
    }

    @Test
    void aSecondCopyInTheSameMailboxIsNoNewsAndNeitherIsItsEnd() throws Exception {
        long second = copyTo(MailboxName.INBOX);
        long third = copyTo(MailboxName.INBOX);
        takeAway(MailboxName.INBOX, second);
        settle(link());
        takeAway(MailboxName.INBOX, third);
        settle(link());

        assertThat(told()).containsExactly("message.received");
        assertThat(count("copy")).isEqualTo(1);
    }

    @Test
    void oneOfTwoThatSomebodyMovesLeavesTheMessageWhereItLay() throws Exception {
        long second = copyTo(MailboxName.INBOX);
        takeAway(MailboxName.INBOX, second);
        copyTo(trash);
        settle(link());

        assertThat(told()).containsExactly("message.received", "message.copy_linked");
        takeAway(MailboxName.INBOX, 1L);
        copyTo(label);
        settle(link());
        assertThat(told()).containsExactly("message.received", "message.copy_linked", "message.moved");
    }

    @Test
    void oneOfTwoThatIsMissedAfterItWasFoundElsewhereLeavesTheMessageWhereItLay() throws Exception {
        long second = copyTo(MailboxName.INBOX);
        copyTo(trash);
        takeAway(MailboxName.INBOX, second);
        settle(link());

        assertThat(told()).containsExactly("message.received", "message.copy_linked");
    }

    @Test
    void aMessageIsArchivedWithAllItsCopies() throws Exception {
        copyTo(MailboxName.INBOX);

        run(new MailCommand.Archive(UUID.randomUUID(), account, organization, message, person));

        assertThat(server.of(MailboxName.INBOX).messages).isEmpty();
        assertThat(server.of(archive).messages).hasSize(2);
        assertThat(told()).containsExactly("message.received", "message.moved", "command.succeeded");
        for (String mailbox : new String[] {"INBOX", "Archive"}) {
            look(mailbox, MailboxLook.Depth.ALL);
        }
        settle(link());
        assertThat(told()).containsExactly("message.received", "message.moved", "command.succeeded");
    }

    @Test
    void aLabelIsTakenFromAllItsCopies() throws Exception {
        copyTo(label);
        copyTo(label);

        run(new MailCommand.RemoveLabel(UUID.randomUUID(), account, organization, message, "Later", person));

        assertThat(server.of(label).messages).isEmpty();
        assertThat(server.of(MailboxName.INBOX).messages).hasSize(1);
        assertThat(told())
                .containsExactly("message.received", "message.updated", "message.updated", "command.succeeded");
    }

    @Test
    void labelledMailThatComesBackToInboxIsToldToLieThere() throws Exception {
        copyTo(label);
        takeAway(MailboxName.INBOX, 1L);
        settle(link());

        run(new MailCommand.MoveToInbox(UUID.randomUUID(), account, organization, message, person));

        LoggedRecord linked = scene.awaitMail(account, "message.copy_linked", Scene.about(message.toString()));
        assertThat(linked.data().path("mailbox").path("role").asText()).isEqualTo("inbox");
        assertThat(linked.data().path("source").asText()).isEqualTo("command");
    }

    @Test
    void whatIsMissingWhenAMessageIsToldWasNeverThere() throws Exception {
        // Given a message that waits for the provider to file it, and was in Trash too for a while
        database.execute("update account set provider_files_at = now() where id = $1", account);
        byte[] waits = mail("waits");
        put(MailboxName.INBOX, waits);
        takeAway(trash, put(trash, waits));
        database.execute(
                "update settling set settles_at = settles_at - interval '1 minute' where account_id = $1", account);

        settled.tell(link().account(), fence);
        settle(link());

        assertThat(told()).containsExactly("message.received", "message.received");
        assertThat(count("copy")).isEqualTo(2);
    }

    @Test
    void whatWasSentBeforeItIsReceivedIsToldToHaveLeftTheSentMail() throws Exception {
        // Given a message of which the sent copy was told, and which waits in INBOX
        MailboxName sent = server.folder("Sent");
        folders.refresh(link());
        database.execute("update account set provider_files_at = now() where id = $1", account);
        byte[] mail = mail("note to self");
        long first = put(sent, mail);
        long inbox = put(MailboxName.INBOX, mail);

        // When it goes from Sent and comes back, and goes from everywhere
        takeAway(sent, first);
        long second = put(sent, mail);
        takeAway(sent, second);
        takeAway(MailboxName.INBOX, inbox);
        settle(link());

        assertThat(told()).containsExactly("message.received", "message.received", "message.deleted");
        assertThat(count("settling")).isZero();
    }

    /** Somebody else puts the same mail there. */
    private long copyTo(MailboxName mailbox) throws MailException {
        return put(mailbox, content);
    }

    private long put(MailboxName mailbox, byte[] mail) throws MailException {
        long uid = server.deliver(mailbox, mail, Instant.now());
        look(mailbox.raw(), MailboxLook.Depth.ALL);
        return uid;
    }

    private void takeAway(MailboxName mailbox, long uid) throws MailException {
        server.takeAway(mailbox, uid);
        look(mailbox.raw(), MailboxLook.Depth.ALL);
    }

    private void run(MailCommand command) throws Exception {
        accept(command);
        runner.run(link());
    }
}

package dev.mailroom.sync;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.Origin;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a command makes the looks after it do: not more than to look at its message. */
@QuarkusTest
@SyncTest
class CommandCostTest extends HandDrivenSession {
    private final Origin person = Origin.user(UUID.randomUUID());
    private UUID message;

    @BeforeEach
    void receiveOne() throws Exception {
        server.folder("Archive");
        folders.refresh(link());
        server.deliver(MailboxName.INBOX, mail("subject"), OLD);
        checkInbox(link());
        message = onlyMessage();
    }

    @Test
    void aWishThatFailedCostsOneMessageAndNotItsMailbox() throws Exception {
        accept(new MailCommand.MarkUnread(UUID.randomUUID(), account, organization, message, person));
        requireNonNull(server.of(MailboxName.INBOX).messages.get(1L)).flags().add("\\Seen");
        lookAll(MailboxLook.Depth.ALL);
        server.readOnly.add(MailboxName.INBOX);

        runner.run(link());

        LoggedRecord updated = scene.awaitMail(account, "message.updated", Scene.about(message.toString()));
        assertThat(updated.data().path("source").asText()).isEqualTo("live");
        assertThat(mailboxes.ofAccount(database, account))
                .filteredOn(MailboxRow::isInbox)
                .allMatch(inbox -> inbox.messages() == 1);
    }

    @Test
    void whatWeMovedIsNotLookedForAgain() throws Exception {
        server.deliver(MailboxName.INBOX, mail("stays"), OLD);
        checkInbox(link());
        lookAll(MailboxLook.Depth.COUNTS);
        accept(new MailCommand.Archive(UUID.randomUUID(), account, organization, message, person));
        runner.run(link());
        server.fetches = 0;

        checkInbox(link());
        assertThat(server.fetches).isZero();
        lookAll(MailboxLook.Depth.COUNTS);
        lookAll(MailboxLook.Depth.COUNTS);

        // The one look at what is new in the target.
        assertThat(server.fetches).isEqualTo(1);
        settle(link());
        assertThat(count("copy")).isEqualTo(2);
        assertThat(scene.toldOf(account, "message.", "command."))
                .containsExactly("message.received", "message.received", "message.moved", "command.succeeded");
    }

    private void lookAll(MailboxLook.Depth depth) throws MailException {
        for (MailboxRow mailbox : mailboxes.ofAccount(database, account)) {
            check.check(link(), mailbox.id(), depth, MailEvent.Source.LIVE);
        }
    }
}

package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An answer is lost, and what would tell what the server did is not to be seen either, or was seen by a look before. */
@QuarkusTest
@SyncTest
class LostAnswersTest extends HandDrivenSession {
    private final Origin person = Origin.user(UUID.randomUUID());
    private MailboxName archive;
    private MailboxName label;
    private MailboxName trash;
    private UUID message;

    @BeforeEach
    void receiveOne() throws Exception {
        archive = server.folder("Archive");
        trash = server.folder("Trash");
        label = server.folder("Later");
        folders.refresh(link());
        server.deliver(MailboxName.INBOX, mail("subject"), OLD);
        look("INBOX", MailboxLook.Depth.ALL);
        message = onlyMessage();
    }

    @Test
    void aCopyIsNotRepeatedWhileItsTargetIsNotOpened() throws Exception {
        UUID command = accept(apply());
        loseAnswer();
        server.unopened.add(label);

        runAgain(command);
        assertThat(state(command)).isEqualTo("sent");
        assertThat(server.of(label).messages).hasSize(1);
        server.unopened.clear();
        runAgain(command);

        LoggedRecord succeeded = scene.awaitMail(account, "command.succeeded", Scene.command(command));
        assertThat(succeeded.data().path("result").asText()).isEqualTo("copied");
        assertThat(server.of(label).messages).hasSize(1);
    }

    @Test
    void aTargetThatIsLeftAloneForAWhileIsLookedAtAllTheSame() throws Exception {
        UUID command = accept(apply());
        loseAnswer();
        server.refused.put(label, Category.MAILBOX_REFUSED);
        look("Later", MailboxLook.Depth.ALL);
        look("Later", MailboxLook.Depth.ALL);
        server.refused.clear();

        runAgain(command);

        scene.awaitMail(account, "command.succeeded", Scene.command(command));
        assertThat(server.of(label).messages).hasSize(1);
    }

    @Test
    void aMoveThatSaidNotWhereToIsNotTakenForLostWhileItsTargetIsNotOpened() throws Exception {
        // Given
        server.uidPlus = false;
        server.unopened.add(archive);
        UUID command = accept(new MailCommand.Archive(UUID.randomUUID(), account, organization, message, person));

        // When
        runner.run(link());
        settle(link());
        assertThat(state(command)).isEqualTo("sent");
        server.unopened.clear();
        runAgain(command);
        settle(link());

        // Then
        LoggedRecord moved = scene.awaitMail(account, "message.moved", Scene.about(message.toString()));
        assertThat(moved.data().path("source").asText()).isEqualTo("command");
        assertThat(told()).containsExactly("message.received", "message.moved", "command.succeeded");
        assertThat(server.of(archive).messages).hasSize(1);
    }

    @Test
    void theSentCopyIsNotRepeatedWhileSentIsNotOpened() throws Exception {
        MailboxName sent = server.folder("Sent");
        folders.refresh(link());
        UUID command = accept(appendSent("outgoing", Instant.now()));
        loseAnswer();
        server.unopened.add(sent);

        runAgain(command);
        assertThat(server.of(sent).messages).hasSize(1);
        server.unopened.clear();
        runAgain(command);

        LoggedRecord succeeded = scene.awaitMail(account, "command.succeeded", Scene.command(command));
        assertThat(succeeded.data().path("result").asText()).isEqualTo("appended");
        assertThat(server.of(sent).messages).hasSize(1);
    }

    @Test
    void aLabelThatWeTookAwayIsNotDeletedBySomebodyElse() throws Exception {
        // Given
        server.deliver(label, mail("subject"), OLD);
        look("Later", MailboxLook.Depth.ALL);
        UUID command =
                accept(new MailCommand.RemoveLabel(UUID.randomUUID(), account, organization, message, "Later", person));
        loseAnswer();

        // When a look finds it before the command is taken up again
        look("Later", MailboxLook.Depth.ALL);
        settle(link());
        runAgain(command);
        settle(link());

        // Then
        LoggedRecord succeeded = scene.awaitMail(account, "command.succeeded", Scene.command(command));
        assertThat(succeeded.data().path("result").asText()).isEqualTo("removed");
        LoggedRecord updated = scene.mailOf(account, "message.updated").getLast();
        assertThat(updated.data().path("source").asText()).isEqualTo("command");
        assertThat(updated.data().path("labels")).isEmpty();
        assertThat(scene.mailOf(account, "message.deleted")).isEmpty();
        assertThat(count("copy")).isEqualTo(1);
    }

    @Test
    void aCopyThatWentOnTheWayToTheTrashIsOursToo() throws Exception {
        server.deliver(label, mail("subject"), OLD);
        look("Later", MailboxLook.Depth.ALL);
        UUID command = accept(new MailCommand.Trash(UUID.randomUUID(), account, organization, message, person));
        // The first is moved, the answer to the removal of the second is lost.
        server.losesRemoval = true;
        assertThatThrownBy(() -> runner.run(link())).isInstanceOf(MailException.class);
        server.reopen();

        look("Later", MailboxLook.Depth.ALL);
        settle(link());
        runAgain(command);
        settle(link());

        scene.awaitMail(account, "command.succeeded", Scene.command(command));
        assertThat(scene.mailOf(account, "message.deleted")).isEmpty();
        assertThat(scene.mailOf(account, "message.updated"))
                .allMatch(event -> !event.data().path("source").asText().equals("live")
                        || !event.data().path("labels").isEmpty());
        assertThat(server.of(trash).messages).hasSize(1);
        assertThat(server.of(label).messages).isEmpty();
        assertThat(count("copy")).isEqualTo(1);
    }

    private MailCommand apply() {
        return new MailCommand.ApplyLabel(UUID.randomUUID(), account, organization, message, "Later", person);
    }

    private void loseAnswer() {
        server.loseNextAnswer = true;
        assertThatThrownBy(() -> runner.run(link())).isInstanceOf(MailException.class);
        server.reopen();
    }

    private void runAgain(UUID command) throws Exception {
        database.execute("update command set not_before = now() - interval '1 second' where id = $1", command);
        runner.run(link());
    }

    private String state(UUID command) {
        return Objects.requireNonNull(database.first("select state from command where id = $1", command)
                .orElseThrow()
                .getString("state"));
    }
}

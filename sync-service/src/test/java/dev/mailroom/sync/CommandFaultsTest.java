package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to commands when an answer is lost or says little. */
@QuarkusTest
@SyncTest
class CommandFaultsTest extends HandDrivenSession {
    @Test
    void aMoveWhoseAnswerWasLostHappensOnce() throws Exception {
        // Given
        Link link = link();
        MailboxName archive = server.folder("Archive");
        folders.refresh(link);
        server.deliver(MailboxName.INBOX, mail("lost answer"), Instant.now());
        checkInbox(link);
        UUID message = onlyMessage();
        MailCommand.Archive command = new MailCommand.Archive(
                UUID.randomUUID(), account, organization, message, Origin.user(UUID.randomUUID()));
        database.inTransaction(tx -> commands.accept(tx, command));
        server.loseNextAnswer = true;
        assertThatThrownBy(() -> runner.run(link)).isInstanceOf(MailException.class);

        // When
        server.reopen();
        Link next = link();
        runner.run(next);

        // Then
        LoggedRecord succeeded = scene.awaitMail(account, "command.succeeded", Scene.command(command.command()));
        assertThat(succeeded.data().path("result").asText()).isEqualTo("moved");
        assertThat(server.of(archive).messages).hasSize(1);
        assertThat(server.of(MailboxName.INBOX).messages).isEmpty();
        settle(next);
        assertThat(scene.mailOf(account, "message.deleted")).isEmpty();
        scene.awaitMail(account, "message.moved", Scene.about(message.toString()));
        assertThat(count("copy")).isEqualTo(1);
    }

    @Test
    void aCopyWithoutUidplusIsFoundByLooking() throws Exception {
        Link link = link();
        server.uidPlus = false;
        folders.refresh(link);
        server.deliver(MailboxName.INBOX, mail("plain"), Instant.now());
        checkInbox(link);
        UUID message = onlyMessage();
        MailCommand.ApplyLabel command = new MailCommand.ApplyLabel(
                UUID.randomUUID(), account, organization, message, "Later", Origin.user(UUID.randomUUID()));
        database.inTransaction(tx -> commands.accept(tx, command));

        runner.run(link);

        scene.awaitMail(account, "command.succeeded", Scene.command(command.command()));
        LoggedRecord updated = scene.awaitMail(account, "message.updated", Scene.about(message.toString()));
        assertThat(updated.data().path("source").asText()).isEqualTo("command");
        assertThat(updated.data().path("labels").path(0).asText()).isEqualTo("Later");
        assertThat(scene.mailOf(account, "message.received")).hasSize(1);
    }

    @Test
    void theSentCopyIsAppendedOnceAlthoughItsAnswerWasLost() throws Exception {
        Link link = link();
        MailboxName sent = server.folder("Sent");
        folders.refresh(link);
        UUID command = accept(appendSent("outgoing", Instant.now()));
        server.loseNextAnswer = true;
        assertThatThrownBy(() -> runner.run(link)).isInstanceOf(MailException.class);

        server.reopen();
        runner.run(link());

        LoggedRecord succeeded = scene.awaitMail(account, "command.succeeded", Scene.command(command));
        assertThat(succeeded.data().path("result").asText()).isEqualTo("appended");
        assertThat(server.of(sent).messages).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMessageThatIsGoneAndWasNotMissedYetFails(boolean uidPlus) throws Exception {
        Link link = link();
        server.uidPlus = uidPlus;
        server.folder("Archive");
        folders.refresh(link);
        server.deliver(MailboxName.INBOX, mail("unnoticed"), Instant.now());
        checkInbox(link);
        UUID message = onlyMessage();
        server.of(MailboxName.INBOX).messages.clear();
        Origin origin = Origin.user(UUID.randomUUID());
        MailCommand label =
                new MailCommand.ApplyLabel(UUID.randomUUID(), account, organization, message, "Later", origin);
        MailCommand archive = new MailCommand.Archive(UUID.randomUUID(), account, organization, message, origin);
        database.inTransaction(tx -> commands.accept(tx, label));
        database.inTransaction(tx -> commands.accept(tx, archive));

        runner.run(link);

        for (MailCommand command : List.of(label, archive)) {
            LoggedRecord failed = scene.awaitMail(account, "command.failed", Scene.command(command.command()));
            assertThat(failed.data().path("reason").asText()).isEqualTo("message_gone");
        }
        checkInbox(link);
        settle(link);
        scene.awaitMail(account, "message.deleted", Scene.about(message.toString()));
        assertThat(scene.mailOf(account, "command.succeeded")).isEmpty();
    }
}

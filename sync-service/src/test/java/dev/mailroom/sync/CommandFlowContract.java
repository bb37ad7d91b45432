package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.ListedMailbox;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.testkit.LoggedRecord;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What each command does on the server, and what is told of it. */
abstract class CommandFlowContract extends FlowContract {
    @Test
    void movesToTrashAndSpamAndBack() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user)) {
            UUID message = receive(other, account, "Wanderer");

            assertThat(succeeds(account, message, MailCommand.Trash::new)).isEqualTo("moved");
            MailboxName trash = movedTo(other, account, "trash", 1);
            assertThat(flagsIn(other, trash)).hasSize(1);
            assertThat(flagsIn(other, MailboxName.INBOX)).isEmpty();
            assertThat(succeeds(account, message, MailCommand.Trash::new)).isEqualTo("already");
            assertThat(succeeds(account, message, MailCommand.NotSpam::new)).isEqualTo("already");
            assertThat(flagsIn(other, MailboxName.INBOX)).isEmpty();

            assertThat(succeeds(account, message, MailCommand.MoveToInbox::new)).isEqualTo("moved");
            movedTo(other, account, "inbox", 2);
            assertThat(flagsIn(other, trash)).isEmpty();
            assertThat(flagsIn(other, MailboxName.INBOX)).hasSize(1);
            assertThat(succeeds(account, message, MailCommand.MoveToInbox::new)).isEqualTo("already");

            assertThat(succeeds(account, message, MailCommand.Spam::new)).isEqualTo("moved");
            MailboxName junk = movedTo(other, account, "junk", 3);
            assertThat(flagsIn(other, junk)).hasSize(1);
            assertThat(flagsIn(other, MailboxName.INBOX)).isEmpty();

            assertThat(succeeds(account, message, MailCommand.NotSpam::new)).isEqualTo("moved");
            movedTo(other, account, "inbox", 4);
            assertThat(flagsIn(other, junk)).isEmpty();
            assertThat(flagsIn(other, MailboxName.INBOX)).hasSize(1);
            assertThat(succeeds(account, message, MailCommand.NotSpam::new)).isEqualTo("already");

            toldOnce(account, 1);
            assertThat(scene.mailOf(account, "message.moved")).hasSize(4);
            assertThat(scene.mailOf(account, "message.updated")).isEmpty();
        }
    }

    @Test
    void marksUnreadOnTheServer() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user)) {
            other.append(
                    MailboxName.INBOX,
                    Scene.mail(messageId("Read before"), "Read before", "", "Text"),
                    Set.of("\\Seen"),
                    Instant.now());
            LoggedRecord received = scene.awaitMail(account, "message.received", Scene.subject("Read before"));
            UUID message =
                    UUID.fromString(received.data().path("message").path("id").asText());
            assertThat(received.data().path("message").path("unread").asBoolean())
                    .isFalse();

            assertThat(succeeds(account, message, MailCommand.MarkUnread::new)).isEqualTo("done");
            assertThat(succeeds(account, message, MailCommand.MarkUnread::new)).isEqualTo("already");

            assertThat(flagsIn(other, MailboxName.INBOX))
                    .singleElement()
                    .satisfies(flags -> assertThat(flags).doesNotContain("\\Seen"));
            toldOnce(account, 1);
            assertThat(scene.mailOf(account, "message.updated")).singleElement().satisfies(updated -> {
                assertThat(updated.data().path("unread").asBoolean()).isTrue();
                assertThat(updated.data().path("source").asText()).isEqualTo("command");
            });
        }
    }

    @Test
    void labelsOnceAndTakesTheLabelAway() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user)) {
            UUID message = receive(other, account, "Labelled");
            MailboxName folder = named(other, "Clients", "Açaí & Co");

            assertThat(succeeds(account, message, applyLabel("Clients/Açaí & Co")))
                    .isEqualTo("copied");
            assertThat(succeeds(account, message, applyLabel("Clients/Açaí & Co")))
                    .isEqualTo("already");
            assertThat(flagsIn(other, folder)).hasSize(1);
            assertThat(flagsIn(other, MailboxName.INBOX)).hasSize(1);

            assertThat(succeeds(account, message, removeLabel("Clients/Açaí & Co")))
                    .isEqualTo("removed");
            assertThat(succeeds(account, message, removeLabel("Clients/Açaí & Co")))
                    .isEqualTo("already");
            assertThat(flagsIn(other, folder)).isEmpty();
            assertThat(flagsIn(other, MailboxName.INBOX)).hasSize(1);

            toldOnce(account, 1);
            assertThat(scene.mailOf(account, "message.updated"))
                    .extracting(updated -> updated.data().path("labels").path(0).asText("none"))
                    .containsExactly("Clients/Açaí & Co", "none");
        }
    }

    @Test
    void neverRemovesTheLastCopyForALabel() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user)) {
            succeeds(account, (id, on) -> new MailCommand.CreateLabel(id, on, organization, "Later", origin));
            append(other, named(other, "Later"), messageId("Only one"), "Only one", "");
            LoggedRecord received = scene.awaitMail(account, "message.received", Scene.subject("Only one"));
            UUID message =
                    UUID.fromString(received.data().path("message").path("id").asText());

            assertThat(succeeds(account, message, removeLabel("Later"))).isEqualTo("moved");

            MailboxName archive = movedTo(other, account, "archive", 1);
            assertThat(flagsIn(other, archive)).hasSize(1);
            assertThat(flagsIn(other, named(other, "Later"))).isEmpty();
            toldOnce(account, 1);
        }
    }

    @Test
    void trashTakesEveryCopy() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user)) {
            UUID message = receive(other, account, "Twice there");
            succeeds(account, message, applyLabel("Keep"));

            assertThat(succeeds(account, message, MailCommand.Trash::new)).isEqualTo("moved");

            assertThat(flagsIn(other, movedTo(other, account, "trash", 1))).hasSize(1);
            assertThat(flagsIn(other, MailboxName.INBOX)).isEmpty();
            assertThat(flagsIn(other, named(other, "Keep"))).isEmpty();
            toldOnce(account, 1);
            assertThat(scene.mailOf(account, "message.moved")).hasSize(1);
        }
    }

    @Test
    void makesLabelsOfAnyName() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user)) {
            for (String label : List.of("A/B", "Ação e Café", "R&D", "日本")) {
                assertThat(succeeds(
                                account, (id, on) -> new MailCommand.CreateLabel(id, on, organization, label, origin)))
                        .isEqualTo("created");
                assertThat(succeeds(
                                account, (id, on) -> new MailCommand.CreateLabel(id, on, organization, label, origin)))
                        .isEqualTo("already");
            }

            List<MailboxName> listed =
                    other.list().stream().map(ListedMailbox::name).toList();
            assertThat(listed)
                    .contains(
                            named(other, "A", "B"),
                            named(other, "Ação e Café"),
                            named(other, "R&D"),
                            named(other, "日本"));
            UUID message = receive(other, account, "Research");
            succeeds(account, message, applyLabel("R&D"));
            LoggedRecord updated = scene.awaitMail(account, "message.updated", Scene.about(message.toString()));
            assertThat(updated.data().path("labels").path(0).asText()).isEqualTo("R&D");
            assertThat(flagsIn(other, named(other, "R&D"))).hasSize(1);
        }
    }

    @Test
    void aLabelThatCannotBeFailsAndHoldsNothingUp() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user)) {
            UUID message = receive(other, account, "Odd");
            for (String label : List.of("/", "a\u0007b", "n".repeat(1_200))) {
                assertThat(fails(account, (id, on) -> new MailCommand.CreateLabel(id, on, organization, label, origin)))
                        .isEqualTo("label_invalid");
                assertThat(fails(
                                account,
                                (id, on) -> new MailCommand.ApplyLabel(id, on, organization, message, label, origin)))
                        .isEqualTo("label_invalid");
            }
            assertThat(fails(
                            account,
                            (id, on) -> new MailCommand.RemoveLabel(id, on, organization, message, "/", origin)))
                    .isEqualTo("label_invalid");
            assertThat(succeeds(account, message, MailCommand.MarkRead::new)).isEqualTo("done");
        }
    }

    @Test
    void theSameCommandTwiceIsDoneOnce() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user)) {
            UUID message = receive(other, account, "Repeated");
            UUID id = UUID.randomUUID();
            MailCommand command = new MailCommand.ApplyLabel(id, account, organization, message, "Once", origin);

            scene.publish(command);
            scene.publish(command);
            scene.awaitMail(account, "command.succeeded", Scene.command(id));
            scene.publish(command);

            toldOnce(account, 1);
            assertThat(scene.mailOf(account, "command.succeeded")).hasSize(1);
            assertThat(scene.mailOf(account, "command.failed")).isEmpty();
            assertThat(scene.mailOf(account, "message.updated")).hasSize(1);
            assertThat(flagsIn(other, named(other, "Once"))).hasSize(1);
        }
    }

    @Test
    void whatIsAskedOfAMessageThatAnotherProgramHasJustMovedIsDoneWhereItWent() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user)) {
            MailboxName elsewhere = named(other, "Elsewhere");
            other.create(elsewhere, null);
            UUID message = receive(other, account, "Taken elsewhere");
            other.select(MailboxName.INBOX, null);
            other.move(other.searchSince(null), elsewhere);

            assertThat(succeeds(account, message, MailCommand.MarkRead::new)).isEqualTo("done");

            assertThat(flagsIn(other, elsewhere)).hasSize(1).allMatch(flags -> flags.contains("\\Seen"));
            toldOnce(account, 1);
        }
    }

    @Test
    void aCommandOnAMessageThatIsGoneFails() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user)) {
            UUID message = receive(other, account, "Short lived");
            empty(user, other, MailboxName.INBOX);
            scene.awaitMail(account, "message.deleted", Scene.about(message.toString()));

            for (OnMessage command : List.<OnMessage>of(
                    MailCommand.Archive::new,
                    MailCommand.Trash::new,
                    MailCommand.MarkRead::new,
                    applyLabel("Too late"),
                    removeLabel("Too late"))) {
                assertThat(fails(account, (id, on) -> command.of(id, on, organization, message, origin)))
                        .isEqualTo("message_unknown");
            }
            assertThat(fails(
                            account,
                            (id, on) -> new MailCommand.Archive(id, on, organization, UUID.randomUUID(), origin)))
                    .isEqualTo("message_unknown");
        }
    }

    @Test
    void aLabelWhoseFolderAnotherProgramDeletedIsMadeAgain() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user);
                FolderAdmin admin = new FolderAdmin(user.user(), server.port())) {
            UUID first = receive(other, account, "First of two");
            succeeds(account, first, applyLabel("Volatile"));
            // Where UIDVALIDITY is the second of a folder's making, a folder made again in the same second passes for
            // the old one.
            long made = Instant.now().getEpochSecond();
            UUID second = receive(other, account, "Second of two");
            Awaitility.await("another UIDVALIDITY").until(() -> Instant.now().getEpochSecond() > made);
            admin.delete(named(other, "Volatile").raw());

            assertThat(succeeds(account, second, applyLabel("Volatile"))).isEqualTo("copied");

            assertThat(flagsIn(other, named(other, "Volatile"))).hasSize(1);
            letItLookAgain(account);
            assertThat(scene.mailOf(account, "message.received")).hasSize(2);
            assertThat(scene.mailOf(account, "message.updated").stream()
                            .filter(Scene.about(second.toString()))
                            .map(updated ->
                                    updated.data().path("labels").path(0).asText("none")))
                    .containsExactly("Volatile");
            assertThat(scene.mailOf(account, "message.deleted"))
                    .allSatisfy(deleted -> assertThat(
                                    deleted.data().path("last_copy").asBoolean())
                            .isFalse());
        }
    }
}

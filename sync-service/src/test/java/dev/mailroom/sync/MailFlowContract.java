package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.TransferResult;
import dev.mailroom.testkit.LoggedRecord;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What happens to mail from the first look to the last copy, whatever the server can do. */
class MailFlowContract extends FolderFlowContract {
    @Test
    void importsHistoryThenTellsLiveMailOnce() throws Exception {
        // Given
        String user = server.newUser();
        try (ImapSession other = Scene.otherProgram(user, server.port())) {
            for (int i = 0; i < 7; i++) {
                append(other, MailboxName.INBOX, "old-" + i + "@example.net", "Old " + i, "");
            }

            // When
            AccountState account = scene.connect(organization, user, server.port(), "1y");
            scene.awaitState(account.account(), "live");
            append(other, MailboxName.INBOX, "new@example.net", "New", "");
            LoggedRecord received = scene.awaitMail(account.account(), "message.received", Scene.subject("New"));

            // Then
            assertThat(received.data().path("source").asText()).isEqualTo("live");
            assertThat(received.data().path("mailbox").path("role").asText()).isEqualTo("inbox");
            assertThat(scene.mailOf(account.account(), "message.imported")).hasSize(7);
            letItLookAgain(account.account());
            assertThat(scene.mailOf(account.account(), "message.received")).hasSize(1);
            assertThat(scene.status.records().stream()
                            .filter(record -> record.type().endsWith("import_progress.v1")
                                    && account.account().toString().equals(record.key()))
                            .map(record -> record.data().path("done").asLong())
                            .toList())
                    .isSorted()
                    .last()
                    .isEqualTo(7L);
        }
    }

    @Test
    void labelsArchivesAndMarksReadOnTheServer() throws Exception {
        // Given
        String user = server.newUser();
        AccountState account = scene.connect(organization, user, server.port(), "none");
        scene.awaitState(account.account(), "live");
        try (ImapSession other = Scene.otherProgram(user, server.port())) {
            append(other, MailboxName.INBOX, "invoice@example.net", "Invoice", "");
            LoggedRecord received = scene.awaitMail(account.account(), "message.received", Scene.subject("Invoice"));
            UUID message =
                    UUID.fromString(received.data().path("message").path("id").asText());

            // When
            UUID label = UUID.randomUUID();
            UUID read = UUID.randomUUID();
            UUID archive = UUID.randomUUID();
            scene.publish(new MailCommand.ApplyLabel(
                    label, account.account(), organization, message, "Finance/Invoices", origin));
            scene.publish(new MailCommand.MarkRead(read, account.account(), organization, message, origin));
            scene.publish(new MailCommand.Archive(archive, account.account(), organization, message, origin));

            // Then
            scene.awaitMail(account.account(), "command.succeeded", Scene.command(label));
            scene.awaitMail(account.account(), "command.succeeded", Scene.command(read));
            scene.awaitMail(account.account(), "command.succeeded", Scene.command(archive));
            assertThat(flagsIn(other, named(other, "Finance", "Invoices")))
                    .singleElement()
                    .satisfies(flags -> assertThat(flags).contains("\\Seen"));
            assertThat(flagsIn(other, movedTo(other, account.account(), "archive", 1)))
                    .hasSize(1);
            assertThat(flagsIn(other, MailboxName.INBOX)).isEmpty();
            assertThat(scene.mailOf(account.account(), "message.moved"))
                    .singleElement()
                    .satisfies(moved ->
                            assertThat(moved.data().path("source").asText()).isEqualTo("command"));
            letItLookAgain(account.account());
            assertThat(scene.mailOf(account.account(), "message.moved")).hasSize(1);
            assertThat(scene.mailOf(account.account(), "message.received")).hasSize(1);
            assertThat(scene.mailOf(account.account(), "message.deleted")).isEmpty();
        }
    }

    @Test
    void tellsWhatAnotherProgramDoes() throws Exception {
        // Given
        String user = server.newUser();
        AccountState account = scene.connect(organization, user, server.port(), "none");
        scene.awaitState(account.account(), "live");
        try (ImapSession other = Scene.otherProgram(user, server.port())) {
            MailboxName projects = named(other, "Projects");
            other.create(projects, null);
            append(other, MailboxName.INBOX, "plan@example.net", "Plan", "");
            LoggedRecord received = scene.awaitMail(account.account(), "message.received", Scene.subject("Plan"));
            String message = received.data().path("message").path("id").asText();
            scene.awaitMail(
                    account.account(),
                    "mailbox.created",
                    record -> lastLevel(record.data().path("mailbox").path("path"))
                            .equals("Projects"));

            // When
            other.select(MailboxName.INBOX, null);
            other.storeFlags(other.searchSince(null), true, Set.of("\\Seen"));
            scene.awaitMail(
                    account.account(),
                    "message.updated",
                    Scene.about(message)
                            .and(record -> !record.data().path("unread").asBoolean()));
            if (other.move(other.searchSince(null), projects).sources() == TransferResult.Sources.MARKED_DELETED) {
                try (FolderAdmin admin = new FolderAdmin(user, server.port())) {
                    admin.expunge("INBOX");
                }
            }
            LoggedRecord moved = scene.awaitMail(account.account(), "message.moved", Scene.about(message));
            empty(new Connected(account.account(), user), other, projects);
            LoggedRecord deleted = scene.awaitMail(account.account(), "message.deleted", Scene.about(message));

            // Then
            assertThat(moved.data().path("from").path("role").asText()).isEqualTo("inbox");
            assertThat(lastLevel(moved.data().path("to").path("path"))).isEqualTo("Projects");
            assertThat(deleted.data().path("last_copy").asBoolean()).isTrue();
            assertThat(scene.mailOf(account.account(), "message.received")).hasSize(1);
        }
    }

    @Test
    void filesTheSentCopyOnce() throws Exception {
        // Given
        String user = server.newUser();
        AccountState account = scene.connect(organization, user, server.port(), "none");
        scene.awaitState(account.account(), "live");
        UUID outgoing = UUID.randomUUID();
        byte[] raw = Scene.mail("sent@example.com", "Hello", "", "Hi");
        Scene.outgoing(outgoing, new String(raw, java.nio.charset.StandardCharsets.UTF_8));

        // When
        UUID first = UUID.randomUUID();
        UUID second = UUID.randomUUID();
        Instant sentAt = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Origin origin = new Origin(Origin.Kind.SEND, outgoing, null, 0);
        scene.publish(new MailCommand.AppendSent(
                first, account.account(), organization, outgoing, "<sent@example.com>", sentAt, origin));
        LoggedRecord appended = scene.awaitMail(account.account(), "command.succeeded", Scene.command(first));
        scene.publish(new MailCommand.AppendSent(
                second, account.account(), organization, outgoing, "<sent@example.com>", sentAt, origin));
        LoggedRecord found = scene.awaitMail(account.account(), "command.succeeded", Scene.command(second));

        // Then
        assertThat(appended.data().path("result").asText()).isEqualTo("appended");
        assertThat(found.data().path("result").asText()).isEqualTo("found_on_server");
        LoggedRecord received = scene.awaitMail(account.account(), "message.received", Scene.subject("Hello"));
        try (ImapSession other = Scene.otherProgram(user, server.port())) {
            assertThat(flagsIn(other, named(other, received.data().path("mailbox"))))
                    .singleElement()
                    .satisfies(flags -> assertThat(flags).contains("\\Seen"));
        }
        assertThat(received.data().path("mailbox").path("role").asText()).isEqualTo("sent");
    }
}

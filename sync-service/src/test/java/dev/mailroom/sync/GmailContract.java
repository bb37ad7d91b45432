package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.testkit.LoggedRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The contract where a folder is a label and All Mail has everything. What another test says of folders that cannot hold with labels is
 * said here of labels; all others hold as they are.
 */
final class GmailContract extends MailFlowContract {
    private final LocalProvider provider;

    GmailContract(LocalProvider provider) {
        this.provider = provider;
    }

    private static MailboxName allMail(ImapSession other) throws Exception {
        return named(other, "[Gmail]", "All Mail");
    }

    /** Each message is fetched once, and told once, although INBOX and All Mail show it. */
    @Override
    void importsHistoryThenTellsLiveMailOnce() throws Exception {
        // Given
        String user = server.newUser();
        try (ImapSession other = Scene.otherProgram(user, server.port())) {
            for (int i = 0; i < 7; i++) {
                append(other, MailboxName.INBOX, "old-" + i + "@example.net", "Old " + i, "");
            }
            other.create(named(other, "Work"), null);
            other.select(MailboxName.INBOX, null);
            other.copy(other.searchSince(null).subList(0, 3), named(other, "Work"));

            // When
            AccountState account = scene.connect(organization, user, server.port(), "1y");
            scene.awaitState(account.account(), "live");
            append(other, MailboxName.INBOX, "new@example.net", "New", "");
            LoggedRecord received = scene.awaitMail(account.account(), "message.received", Scene.subject("New"));

            // Then
            assertThat(received.data().path("mailbox").path("role").asText()).isEqualTo("inbox");
            letItLookAgain(account.account());
            assertThat(scene.mailOf(account.account(), "message.imported")).hasSize(7);
            assertThat(scene.mailOf(account.account(), "message.received")).hasSize(1);
            assertThat(scene.mailOf(account.account(), "message.moved")).isEmpty();
            assertThat(scene.mailOf(account.account(), "message.deleted")).isEmpty();
            assertThat(provider.provider().bodiesFetched(user)).isEqualTo(8);
            assertThat(Scene.count("select count(*) from copy where account_id = '" + account.account() + "'"))
                    .isEqualTo(8 + 8 + 3);
        }
    }

    /** A label less is no deletion; what is removed from the trash is gone. */
    @Override
    void tellsWhatAnotherProgramDoes() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user)) {
            MailboxName projects = named(other, "Projects");
            other.create(projects, null);
            String message = receive(other, account, "Plan").toString();
            awaitFolder(account, "mailbox.created", "Projects");
            letItLookAgain(account);

            // When
            other.select(MailboxName.INBOX, null);
            other.storeFlags(other.searchSince(null), true, Set.of("\\Seen"));
            scene.awaitMail(
                    account,
                    "message.updated",
                    Scene.about(message)
                            .and(record -> !record.data().path("unread").asBoolean()));
            other.select(MailboxName.INBOX, null);
            other.move(other.searchSince(null), projects);
            LoggedRecord moved = scene.awaitMail(account, "message.moved", Scene.about(message));
            empty(user, other, projects);
            LoggedRecord unlabelled = scene.awaitMail(account, "message.deleted", Scene.about(message));

            // Then
            assertThat(moved.data().path("from").path("role").asText()).isEqualTo("inbox");
            assertThat(lastLevel(moved.data().path("to").path("path"))).isEqualTo("Projects");
            assertThat(unlabelled.data().path("last_copy").asBoolean()).isFalse();
            assertThat(flagsIn(other, allMail(other))).hasSize(1);

            // When
            removeForGood(other);

            // Then
            scene.awaitMail(
                    account,
                    "message.deleted",
                    Scene.about(message)
                            .and(record -> record.data().path("last_copy").asBoolean()));
            assertThat(scene.mailOf(account, "message.received")).hasSize(1);
        }
    }

    /** As another program deletes: everything goes to the trash, and is removed there. */
    private static void removeForGood(ImapSession other) throws Exception {
        MailboxName trash = named(other, "[Gmail]", "Trash");
        other.select(allMail(other), null);
        other.move(other.searchSince(null), trash);
        other.select(trash, null);
        other.remove(other.searchSince(null));
    }

    /** Gmail files what it sends; what it did not file after a minute is appended. */
    @Override
    void filesTheSentCopyOnce() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        UUID filed = outgoing("filed");
        UUID forgotten = outgoing("forgotten");
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        try (ImapSession other = otherProgram(user)) {
            MailboxName sent = named(other, "[Gmail]", "Sent Mail");
            other.append(sent, Scene.mail("filed@example.com", "Sent filed", "", "Hi"), Set.of("\\Seen"), now);

            assertThat(appendSent(account, filed, "filed", now)).isEqualTo("found_on_server");
            assertThat(appendSent(account, forgotten, "forgotten", now.minus(Duration.ofMinutes(2))))
                    .isEqualTo("appended");
            assertThat(appendSent(account, forgotten, "forgotten", now.minus(Duration.ofMinutes(2))))
                    .isEqualTo("found_on_server");

            scene.awaitMail(account, "message.received", Scene.subject("Sent forgotten"));
            toldOnce(account, 2);
            assertThat(flagsIn(other, sent))
                    .hasSize(2)
                    .allSatisfy(flags -> assertThat(flags).contains("\\Seen"));
        }
    }

    private static UUID outgoing(String name) {
        UUID id = UUID.randomUUID();
        byte[] raw = Scene.mail(name + "@example.com", "Sent " + name, "", "Hi");
        Scene.outgoing(id, new String(raw, StandardCharsets.UTF_8));
        return id;
    }

    private String appendSent(UUID account, UUID outgoing, String name, Instant sentAt) {
        Origin sender = new Origin(Origin.Kind.SEND, outgoing, null, 0);
        return succeeds(
                account,
                (id, on) -> new MailCommand.AppendSent(
                        id, on, organization, outgoing, "<" + name + "@example.com>", sentAt, sender));
    }

    /** All Mail has it still: the label goes, and nothing is moved. */
    @Override
    void neverRemovesTheLastCopyForALabel() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user)) {
            succeeds(account, (id, on) -> new MailCommand.CreateLabel(id, on, organization, "Later", origin));
            append(other, named(other, "Later"), messageId("Only one"), "Only one", "");
            LoggedRecord received = scene.awaitMail(account, "message.received", Scene.subject("Only one"));
            UUID message =
                    UUID.fromString(received.data().path("message").path("id").asText());
            letItLookAgain(account);

            assertThat(succeeds(account, message, removeLabel("Later"))).isEqualTo("removed");

            assertThat(flagsIn(other, allMail(other))).hasSize(1);
            assertThat(flagsIn(other, named(other, "Later"))).isEmpty();
            letItLookAgain(account);
            assertThat(scene.mailOf(account, "message.received")).hasSize(1);
            assertThat(scene.mailOf(account, "message.moved")).isEmpty();
            assertThat(scene.mailOf(account, "message.deleted"))
                    .noneMatch(deleted -> deleted.data().path("last_copy").asBoolean());
        }
    }

    /** Messages stay in All Mail when a label goes. */
    @Override
    void tellsADeletedFolderAndItsMessages() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user);
                FolderAdmin admin = new FolderAdmin(user.user(), server.port())) {
            UUID elsewhereToo = receive(other, account, "Also in the inbox");
            succeeds(account, elsewhereToo, applyLabel("Doomed"));
            append(other, named(other, "Doomed"), messageId("Only there"), "Only there", "");
            LoggedRecord received = scene.awaitMail(account, "message.received", Scene.subject("Only there"));
            String onlyThere = received.data().path("message").path("id").asText();
            letItLookAgain(account);

            admin.delete(named(other, "Doomed").raw());

            awaitFolder(account, "mailbox.deleted", "Doomed");
            for (String message : List.of(onlyThere, elsewhereToo.toString())) {
                LoggedRecord unlabelled = scene.awaitMail(account, "message.deleted", Scene.about(message));
                assertThat(unlabelled.data().path("last_copy").asBoolean()).isFalse();
            }
            letItLookAgain(account);
            assertThat(scene.mailOf(account, "message.deleted")).hasSize(2);
            assertThat(scene.mailOf(account, "mailbox.deleted")).hasSize(1);
            assertThat(scene.mailOf(account, "message.received")).hasSize(2);
            assertThat(flagsIn(other, allMail(other))).hasSize(2);
        }
    }

    /** What another program takes out of INBOX is archived, and can be acted on; what it deletes for good is gone. */
    @Override
    void aCommandOnAMessageThatIsGoneFails() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user)) {
            UUID message = receive(other, account, "Short lived");
            letItLookAgain(account);
            removeForGood(other);
            scene.awaitMail(
                    account,
                    "message.deleted",
                    Scene.about(message.toString())
                            .and(record -> record.data().path("last_copy").asBoolean()));

            for (OnMessage command :
                    List.<OnMessage>of(MailCommand.Archive::new, MailCommand.MarkRead::new, applyLabel("Too late"))) {
                assertThat(fails(account, (id, on) -> command.of(id, on, organization, message, origin)))
                        .isEqualTo("message_unknown");
            }
        }
    }
}

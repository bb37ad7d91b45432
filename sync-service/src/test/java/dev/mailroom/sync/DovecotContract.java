package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.session.SessionSupervisor;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.arc.Arc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What holds with a server that also tells of mailboxes that are not selected, and has rules for their names. */
class DovecotContract extends OthersFlowContract {
    @Test
    void aNameThatTheServerDoesNotAllowIsNoLabelAndMadeNowhereElse() throws Exception {
        Connected user = connected();
        for (String label : List.of("~x", "a.b", "n".repeat(300))) {
            assertThat(fails(
                            user.account(),
                            (id, on) -> new MailCommand.CreateLabel(id, on, organization, label, origin)))
                    .as(label)
                    .isEqualTo("label_invalid");
        }
        try (ImapSession other = otherProgram(user)) {
            assertThat(other.list()).noneMatch(listed -> listed.name().raw().startsWith("INBOX/"));
        }
    }

    @Test
    void whatTheProviderFilesIsOneMessageWhereItLies() throws Exception {
        // Given an account whose provider files
        Connected user = connected();
        UUID account = user.account();
        Scene.execute("update account set provider_files_at = now() where id = '" + account + "'");
        try (ImapSession other = otherProgram(user)) {
            MailboxName projects = named(other, "Projects");
            other.create(projects, null);

            // When its filter is slower than we are
            append(other, MailboxName.INBOX, "filed@example.net", "Filed", "");
            await("it is seen in INBOX")
                    .until(() ->
                            Scene.count("select count(*) from settling where account_id = '" + account + "'") == 1);
            other.select(MailboxName.INBOX, null);
            other.move(other.searchSince(null), projects);

            // Then
            LoggedRecord received = scene.awaitMail(account, "message.received", Scene.subject("Filed"));
            assertThat(received.data().path("mailbox").path("path").path(0).asText())
                    .isEqualTo("Projects");
            assertThat(received.data().path("provider_filed").asBoolean()).isTrue();
            toldOnce(account, 1);
            assertThat(scene.mailOf(account, "message.moved")).isEmpty();
            assertThat(scene.mailOf(account, "message.updated")).isEmpty();
        }
    }

    @Test
    void whatBothSidesDidWhileWeWereAwayComesTogetherInOneLook() throws Exception {
        // Given
        Connected user = connected();
        UUID account = user.account();
        AccountState state = Scene.state(organization, account, user.user(), server.port(), "none", 1, 1);
        try (ImapSession other = otherProgram(user)) {
            MailboxName projects = named(other, "Projects");
            other.create(projects, null);
            Map<String, UUID> messages = new HashMap<>();
            for (String name : List.of("contrary", "same", "theirs", "ours", "twice")) {
                messages.put(name, receive(other, account, name));
            }
            scene.publish(new AccountEvent.Paused(ChangedState.with(state, 2, AccountState.Kind.IMAP, true)));
            scene.awaitState(account, "paused");
            // It is told when it is wanted; a session that is at work ends a moment later.
            SessionSupervisor sessions =
                    Arc.container().instance(SessionSupervisor.class).get();
            await("the session ends").until(() -> !sessions.serves(account));

            // When
            other.select(MailboxName.INBOX, null);
            List<Long> uids = other.searchSince(null);
            other.storeFlags(List.of(uids.get(0), uids.get(2)), true, Set.of("\\Seen"));
            other.move(uids.subList(1, 2), named(other, "Archive"));
            other.move(uids.subList(4, 5), projects);
            UUID contrary = ask(account, messages, "contrary", MailCommand.MarkUnread::new);
            UUID same = ask(account, messages, "same", MailCommand.Archive::new);
            UUID ours = ask(account, messages, "ours", MailCommand.MarkRead::new);
            UUID twice = ask(account, messages, "twice", MailCommand.Trash::new);
            // Commands and accounts come over two topics: whichever is faster would be first.
            await("the commands wait")
                    .until(() -> Scene.count("select count(*) from command where state = 'planned' and account_id = '"
                                    + account + "'")
                            == 4);
            scene.publish(new AccountEvent.Resumed(ChangedState.with(state, 3, AccountState.Kind.IMAP, false)));
            for (UUID command : List.of(contrary, same, ours, twice)) {
                scene.awaitMail(account, "command.succeeded", Scene.command(command));
            }

            // Then
            toldOnce(account, 5);
            assertThat(flagsIn(other, MailboxName.INBOX))
                    .extracting(flags -> flags.contains("\\Seen"))
                    .containsExactly(false, true, true);
            assertThat(flagsIn(other, named(other, "Archive"))).hasSize(1);
            assertThat(flagsIn(other, named(other, "Trash"))).hasSize(1);
            assertThat(flagsIn(other, projects)).isEmpty();
            assertThat(scene.mailOf(account, "message.updated"))
                    .extracting(updated -> updated.data().path("message").asText() + " "
                            + updated.data().path("unread").asBoolean() + " "
                            + updated.data().path("source").asText())
                    .containsExactlyInAnyOrder(
                            messages.get("theirs") + " false live", messages.get("ours") + " false command");
            assertThat(scene.mailOf(account, "message.moved"))
                    .extracting(moved -> moved.data().path("message").asText() + " "
                            + moved.data().path("to").path("path").path(0).asText())
                    .containsExactlyInAnyOrder(
                            messages.get("same") + " Archive",
                            messages.get("twice") + " Projects",
                            messages.get("twice") + " Trash");
        }
    }

    @Test
    void tellsARenamedFolderThatNeverHeldMail() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user);
                FolderAdmin admin = new FolderAdmin(user.user(), server.port())) {
            other.create(named(other, "Empty"), null);
            String empty = mailbox(awaitFolder(account, "mailbox.created", "Empty"));

            admin.rename("Empty", "Empty still");

            LoggedRecord renamed = awaitFolder(account, "mailbox.renamed", "Empty still");
            assertThat(mailbox(renamed)).isEqualTo(empty);
        }
    }

    private UUID ask(UUID account, Map<String, UUID> messages, String name, OnMessage command) {
        UUID id = UUID.randomUUID();
        scene.publish(command.of(id, account, organization, Objects.requireNonNull(messages.get(name)), origin));
        return id;
    }
}

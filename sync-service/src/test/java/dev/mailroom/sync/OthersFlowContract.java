package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.ListedMailbox;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.testkit.LoggedRecord;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is told of all that another mail program can do with messages, much of it at the same time. */
class OthersFlowContract extends MailFlowContract {
    /** Everything that another mail program does in an Exchange account, drafts among it. */
    @Test
    void tellsOnceOfWhatAnotherProgramDoesAndNothingOfDrafts() throws Exception {
        // Given
        String user = server.newUser();
        AccountState account = exchange(user);
        try (ImapSession other = Scene.otherProgram(user, server.port())) {
            MailboxName drafts = made(other, "Drafts");
            MailboxName archive = made(other, "Archive");
            MailboxName trash = made(other, "Trash");
            MailboxName junk = made(other, "Spam", "Junk");
            MailboxName projects = made(other, "Projects");
            for (MailboxName mailbox : List.of(drafts, drafts, trash, projects)) {
                other.append(
                        mailbox,
                        Scene.mail(UUID.randomUUID() + "@example.net", "Unfinished", "", "Dear"),
                        Set.of("\\Draft", "\\Seen"),
                        Instant.now());
            }
            List<String> names = List.of("read", "unread", "flag", "label", "archive", "trash", "junk", "sort");
            Map<String, UUID> messages = new HashMap<>();
            for (String name : names) {
                other.append(
                        MailboxName.INBOX,
                        Scene.mail(messageId(name), name, "", "Text"),
                        name.equals("unread") ? Set.of("\\Seen") : Set.of(),
                        Instant.now());
            }
            for (String name : names) {
                LoggedRecord received = scene.awaitMail(account.account(), "message.received", Scene.subject(name));
                messages.put(
                        name,
                        UUID.fromString(
                                received.data().path("message").path("id").asText()));
            }

            // When
            other.select(MailboxName.INBOX, null);
            List<Long> uids = other.searchSince(null);
            other.storeFlags(uids.subList(0, 1), true, Set.of("\\Seen"));
            other.storeFlags(uids.subList(1, 2), false, Set.of("\\Seen"));
            other.storeFlags(uids.subList(2, 3), true, Set.of("\\Flagged"));
            other.copy(uids.subList(3, 4), projects);
            other.move(uids.subList(4, 5), archive);
            other.move(uids.subList(5, 6), trash);
            other.move(uids.subList(6, 7), junk);
            other.move(uids.subList(7, 8), projects);

            // Then
            assertThat(updated(account, messages, "read").path("unread").asBoolean())
                    .isFalse();
            assertThat(updated(account, messages, "unread").path("unread").asBoolean())
                    .isTrue();
            assertThat(updated(account, messages, "flag").path("flagged").asBoolean())
                    .isTrue();
            assertThat(updated(account, messages, "label")
                            .path("labels")
                            .path(0)
                            .asText())
                    .isEqualTo("Projects");
            for (String role : List.of("archive", "trash", "junk")) {
                awaitMoved(account, messages, role, "inbox", role);
            }
            awaitMoved(account, messages, "sort", "inbox", "");

            // When they come back, or go
            move(other, archive, MailboxName.INBOX, 0);
            move(other, junk, MailboxName.INBOX, 0);
            move(other, projects, MailboxName.INBOX, 2);
            other.remove(other.searchSince(null).subList(1, 2));
            other.select(trash, null);
            other.remove(other.searchSince(null).subList(1, 2));

            // Then
            awaitMoved(account, messages, "archive", "archive", "inbox");
            awaitMoved(account, messages, "junk", "junk", "inbox");
            awaitMoved(account, messages, "sort", "", "inbox");
            LoggedRecord deleted =
                    scene.awaitMail(account.account(), "message.deleted", Scene.about(message(messages, "trash")));
            assertThat(deleted.data().path("last_copy").asBoolean()).isTrue();
            LoggedRecord unlabelled =
                    scene.awaitMail(account.account(), "message.deleted", Scene.about(message(messages, "label")));
            assertThat(unlabelled.data().path("mailbox").path("path").path(0).asText())
                    .isEqualTo("Projects");
            assertThat(unlabelled.data().path("last_copy").asBoolean()).isFalse();
            letItLookAgain(account.account());
            assertThat(scene.mailOf(account.account(), "message.received")).hasSize(names.size());
            assertThat(scene.mailOf(account.account(), "message.moved"))
                    .hasSize(7)
                    .allSatisfy(moved ->
                            assertThat(moved.data().path("source").asText()).isEqualTo("live"));
            assertThat(scene.mailOf(account.account(), "message.updated")).hasSize(4);
            assertThat(scene.mailOf(account.account(), "message.deleted")).hasSize(2);
            assertThat(flagsIn(other, drafts)).hasSize(2);
        }
    }

    private AccountState exchange(String user) {
        AccountState account = scene.connect(ChangedState.with(
                Scene.state(organization, UUID.randomUUID(), user, server.port(), "none", 1, 1),
                1,
                AccountState.Kind.EXCHANGE,
                false));
        scene.awaitState(account.account(), "live");
        return account;
    }

    /** A mailbox that some servers have from the beginning, under one of its names; else it is made under the last one. */
    private static MailboxName made(ImapSession other, String... names) throws Exception {
        List<MailboxName> listed =
                other.list().stream().map(ListedMailbox::name).toList();
        MailboxName mailbox = MailboxName.INBOX;
        for (String name : names) {
            mailbox = named(other, name);
            if (listed.contains(mailbox)) {
                return mailbox;
            }
        }
        other.create(mailbox, null);
        return mailbox;
    }

    /** Moves one message, by its place in the mailbox. */
    private static void move(ImapSession other, MailboxName from, MailboxName to, int place) throws Exception {
        other.select(from, null);
        other.move(other.searchSince(null).subList(place, place + 1), to);
    }

    private static String message(Map<String, UUID> messages, String name) {
        return String.valueOf(messages.get(name));
    }

    private JsonNode updated(AccountState account, Map<String, UUID> messages, String name) {
        return scene.awaitMail(account.account(), "message.updated", Scene.about(message(messages, name)))
                .data();
    }

    /** @param to role of the mailbox; empty for one without */
    private void awaitMoved(AccountState account, Map<String, UUID> messages, String name, String from, String to) {
        scene.awaitMail(
                account.account(),
                "message.moved",
                Scene.about(message(messages, name))
                        .and(record -> record.data()
                                        .path("from")
                                        .path("role")
                                        .asText("")
                                        .equals(from)
                                && record.data()
                                        .path("to")
                                        .path("role")
                                        .asText("")
                                        .equals(to)));
    }
}

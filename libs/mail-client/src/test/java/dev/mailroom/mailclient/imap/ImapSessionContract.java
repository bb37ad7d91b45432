package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a session must do with every real server: log in, list and select mailboxes, handle messages, and wait. */
interface ImapSessionContract extends ImapMessageContract {
    @Test
    default void logsInOverTls() throws Exception {
        try (ImapSession session = connect(newUser())) {
            assertThat(session.capabilities()).contains("IMAP4REV1");
            assertThat(session.supports("imap4rev1")).isTrue();
            session.noop();
        }
    }

    @Test
    default void tellsAWrongPasswordFromEverythingElse() throws Exception {
        String user = newUser();

        MailException refused = catchThrowableOfType(
                MailException.class,
                () -> LocalServers.connector().connect(endpoint(), LocalServers.credentials(user, "wrong")));

        assertThat(refused.stage()).isEqualTo(Stage.LOGIN);
        assertThat(refused.category()).isEqualTo(Category.CREDENTIALS_REFUSED);
    }

    @Test
    default void listsTheInbox() throws Exception {
        try (ImapSession session = connect(newUser())) {
            session.select(MailboxName.INBOX, null);
            ListedMailbox inbox = session.list().stream()
                    .filter(mailbox -> mailbox.name().isInbox())
                    .findFirst()
                    .orElseThrow();
            assertThat(inbox.selectable()).isTrue();
            if (session.supports("LIST-STATUS")) {
                assertThat(inbox.status()).isNotNull();
            }
        }
    }

    @Test
    default void selectsMailboxesWithAnyName() throws Exception {
        try (ImapSession session = connect(newUser())) {
            session.select(MailboxName.INBOX, null);
            for (String name : List.of("Éléments envoyés", "A&B", "日本語", "two words", "say \"hi\"")) {
                MailboxName mailbox = TestedServer.own(session, name);
                session.create(mailbox, null);
                ListedMailbox listed = session.list().stream()
                        .filter(candidate -> candidate.name().path().getLast().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("not listed: " + name));
                AppendResult appended =
                        session.append(listed.name(), TestedServer.message("named"), Set.of(), RECEIVED);
                SelectedMailbox selected = session.select(listed.name(), null);
                assertThat(selected.exists()).as(name).isEqualTo(1);
                if (appended.known()) {
                    assertThat(appended.uidValidity()).isEqualTo(selected.uidValidity());
                }
            }
        }
    }

    @Test
    default void creatingAMailboxTwiceIsNoError() throws Exception {
        try (ImapSession session = connect(newUser())) {
            MailboxName name = TestedServer.own(session, "Twice");
            session.create(name, null);
            MailException second = null;
            try {
                session.create(name, null);
            } catch (MailException refused) {
                second = refused;
            }
            // Servers without the response code cannot be understood; they must at least leave the session usable.
            assertThat(second == null || second.category() == Category.COMMAND_REFUSED)
                    .isTrue();
            assertThat(session.isOpen()).isTrue();
            session.select(name, null);
        }
    }

    @Test
    default void countsAMailboxThatIsNotSelected() throws Exception {
        try (ImapSession session = connect(newUser())) {
            MailboxName other = TestedServer.own(session, "Counted");
            session.create(other, null);
            session.append(other, TestedServer.message("one"), Set.of("\\Seen"), RECEIVED);
            session.append(other, TestedServer.message("two"), Set.of(), RECEIVED);
            session.select(MailboxName.INBOX, null);

            MailboxStatus status = session.status(other);

            assertThat(status.messages()).isEqualTo(2);
            assertThat(status.unseen()).isEqualTo(1);
            assertThat(status.uidValidity()).isPositive();
            assertThat(status.uidNext()).isGreaterThan(2);
        }
    }

    @Test
    default void noticesNewMailWhileIdle() throws Exception {
        String user = newUser();
        try (ImapSession watching = connect(user);
                ImapSession delivering = connect(user)) {
            assertThat(watching.supports("IDLE")).isTrue();
            watching.select(MailboxName.INBOX, null);
            CompletableFuture<List<MailboxUpdate>> news = new CompletableFuture<>();
            Thread.startVirtualThread(() -> {
                try {
                    news.complete(watching.awaitChange(Duration.ofSeconds(20)));
                } catch (Exception failure) {
                    news.completeExceptionally(failure);
                }
            });

            delivering.append(MailboxName.INBOX, TestedServer.message("news"), Set.of(), RECEIVED);

            assertThat(news.get(20, TimeUnit.SECONDS)).contains(new MailboxUpdate.Exists(1));
            assertThat(watching.searchSince(null)).hasSize(1);
        }
    }

    @Test
    default void wakesFromIdle() throws Exception {
        try (ImapSession session = connect(newUser())) {
            session.select(MailboxName.INBOX, null);
            session.wake();
            assertThat(session.awaitChange(Duration.ofMinutes(1)))
                    .as("woken before")
                    .isEmpty();
            Thread.startVirtualThread(session::wake);
            assertThat(session.awaitChange(Duration.ofMinutes(1)))
                    .as("woken while waiting")
                    .isEmpty();
            assertThat(session.awaitChange(Duration.ofMillis(200)))
                    .as("time is over")
                    .isEmpty();
            session.noop();
        }
    }
}

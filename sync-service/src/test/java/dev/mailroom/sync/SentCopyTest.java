package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The copy of a sent message: known by the UID that the server gives it, and patient where there is no room. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class SentCopyTest extends HandDrivenSession {
    private final Origin person = Origin.user(UUID.randomUUID());
    private UUID message;

    @BeforeEach
    void receiveOne() throws Exception {
        folders.refresh(link());
        server.deliver(MailboxName.INBOX, mail("subject"), OLD);
        look("INBOX", MailboxLook.Depth.ALL);
        message = onlyMessage();
    }

    @Test
    void aFullMailboxPausesSentCopiesAndNothingElseUntilThereIsRoom() throws Exception {
        // Given
        MailboxName sent = server.folder("Sent");
        folders.refresh(link());
        database.execute("update account set state = 'live' where id = $1", account);
        UUID append = accept(appendSent("outgoing", Instant.now()));
        UUID read = accept(new MailCommand.MarkRead(UUID.randomUUID(), account, organization, message, person));
        server.refusesNext = MailException.at(Stage.COMMAND, Category.OVER_QUOTA)
                .responseCode("OVERQUOTA")
                .build();

        // When
        runner.run(link());
        UUID another = accept(appendSent("another", Instant.now()));
        runner.run(link());

        // Then
        scene.awaitMail(account, "command.succeeded", Scene.command(read));
        LoggedRecord full = scene.awaitState(account, "needs_action");
        assertThat(full.data().path("category").asText()).isEqualTo("over_quota");
        assertThat(server.of(sent).messages).as("not even asked for again").isEmpty();

        // When
        database.execute("update account set append_after = now() where id = $1", account);
        database.execute("update command set not_before = now() where account_id = $1", account);
        runner.run(link());

        // Then
        scene.awaitMail(account, "command.succeeded", Scene.command(append));
        scene.awaitMail(account, "command.succeeded", Scene.command(another));
        scene.awaitState(account, "live");
        assertThat(server.of(sent).messages).hasSize(2);
        assertThat(told()).doesNotContain("command.failed");
    }

    @Test
    void aCopyForWhichThereIsNoRoomInAWeekHasFailed() throws Exception {
        server.folder("Sent");
        folders.refresh(link());
        UUID append = accept(appendSent("old", Instant.now().minus(8, ChronoUnit.DAYS)));
        server.refusesNext = MailException.at(Stage.COMMAND, Category.OVER_QUOTA)
                .responseCode("OVERQUOTA")
                .build();

        runner.run(link());

        LoggedRecord failed = scene.awaitMail(account, "command.failed", Scene.command(append));
        assertThat(failed.data().path("reason").asText()).isEqualTo("over_quota");
        assertThat(failed.data().path("detail").asText()).contains("Make room");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ourSentCopyIsTakenInOnceAndNotFetchedWhereTheServerNamesIt(boolean uidPlus) throws Exception {
        // Given
        server.uidPlus = uidPlus;
        MailboxName sent = server.folder("Sent");
        folders.refresh(link());
        look("Sent", MailboxLook.Depth.ALL);
        int selects = server.selects;
        int fetches = server.fetches;

        // When
        UUID append = accept(appendSent("outgoing", Instant.now()));
        runner.run(link());

        // Then
        scene.awaitMail(account, "command.succeeded", Scene.command(append));
        // One look whether the provider filed it; without a name a second one for our copy.
        assertThat(server.selects - selects).isEqualTo(uidPlus ? 1 : 2);
        assertThat(server.fetches > fetches).isNotEqualTo(uidPlus);
        look("Sent", MailboxLook.Depth.ALL);
        assertThat(server.of(sent).messages).hasSize(1);
        assertThat(told()).containsExactly("message.received", "message.received", "command.succeeded");
        assertThat(database.first(
                                "select uid_next, messages from mailbox where account_id = $1 and role = 'sent'",
                                account)
                        .orElseThrow()
                        .getLong("uid_next"))
                .isEqualTo(server.of(sent).uidNext);
    }
}

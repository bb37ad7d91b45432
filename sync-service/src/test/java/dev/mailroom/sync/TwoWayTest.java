package dev.mailroom.sync;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the team does and what others do on the server at the same time; and servers that say no, or say it wrongly. */
@QuarkusTest
@SyncTest
class TwoWayTest extends HandDrivenSession {
    private final Origin person = Origin.user(UUID.randomUUID());
    private MailboxName archive;
    private UUID message;
    private long uid;

    @BeforeEach
    void receiveOne() throws Exception {
        archive = server.folder("Archive");
        folders.refresh(link());
        uid = server.deliver(MailboxName.INBOX, mail("subject"), OLD);
        look("INBOX", MailboxLook.Depth.ALL);
        message = onlyMessage();
    }

    @Test
    void aWishThatIsNotDoneYetWinsOverWhatTheServerSays() throws Exception {
        // Given an unread message that is to be unread, whatever others do
        UUID command = accept(new MailCommand.MarkUnread(UUID.randomUUID(), account, organization, message, person));
        flags(uid).add("\\Seen");
        look("INBOX", MailboxLook.Depth.ALL);
        look("INBOX", MailboxLook.Depth.ALL);
        assertThat(seen()).isFalse();

        // When
        runner.run(link());
        look("INBOX", MailboxLook.Depth.ALL);

        // Then
        scene.awaitMail(account, "command.succeeded", Scene.command(command));
        assertThat(flags(uid)).doesNotContain("\\Seen");
        assertThat(seen()).isFalse();
        assertThat(told()).containsExactly("message.received", "command.succeeded");
    }

    @Test
    void whenAWishFailedTheServerWins() throws Exception {
        UUID command = accept(new MailCommand.MarkUnread(UUID.randomUUID(), account, organization, message, person));
        flags(uid).add("\\Seen");
        look("INBOX", MailboxLook.Depth.ALL);
        server.readOnly.add(MailboxName.INBOX);

        runner.run(link());
        checkInbox(link());

        LoggedRecord failed = scene.awaitMail(account, "command.failed", Scene.command(command));
        assertThat(failed.data().path("reason").asText()).isEqualTo("read_only");
        LoggedRecord updated = scene.awaitMail(account, "message.updated", Scene.about(message.toString()));
        assertThat(updated.data().path("unread").asBoolean()).isFalse();
        assertThat(updated.data().path("source").asText()).isEqualTo("live");
        assertThat(told()).containsExactly("message.received", "command.failed", "message.updated");
    }

    @Test
    void otherFlagsAreTakenOverWhileAWishWaits() throws Exception {
        accept(new MailCommand.MarkUnread(UUID.randomUUID(), account, organization, message, person));
        flags(uid).addAll(List.of("\\Seen", "\\Flagged"));

        look("INBOX", MailboxLook.Depth.ALL);

        LoggedRecord updated = scene.awaitMail(account, "message.updated", Scene.about(message.toString()));
        assertThat(updated.data().path("flagged").asBoolean()).isTrue();
        assertThat(updated.data().path("unread").asBoolean()).isTrue();
    }

    @Test
    void theLastOfTwoWishesWins() throws Exception {
        accept(new MailCommand.MarkRead(UUID.randomUUID(), account, organization, message, person));
        accept(new MailCommand.MarkUnread(UUID.randomUUID(), account, organization, message, person));
        flags(uid).add("\\Seen");
        look("INBOX", MailboxLook.Depth.ALL);

        runner.run(link());
        look("INBOX", MailboxLook.Depth.ALL);

        assertThat(flags(uid)).doesNotContain("\\Seen");
        assertThat(seen()).isFalse();
    }

    @Test
    void aWishIsDoneOnTheServerAlsoIfWeBelieveThatItIsSo() throws Exception {
        flags(uid).add("\\Seen");
        look("INBOX", MailboxLook.Depth.ALL);
        flags(uid).remove("\\Seen");
        accept(new MailCommand.MarkRead(UUID.randomUUID(), account, organization, message, person));

        runner.run(link());
        look("INBOX", MailboxLook.Depth.ALL);

        assertThat(flags(uid)).contains("\\Seen");
        assertThat(told()).containsExactly("message.received", "message.updated", "command.succeeded");
    }

    @Test
    void nothingIsMarkedThatAnotherProgramHasTakenAway() throws Exception {
        server.of(MailboxName.INBOX).messages.remove(uid);
        UUID command = accept(new MailCommand.MarkRead(UUID.randomUUID(), account, organization, message, person));

        runAgainAfterItIsDecided();

        LoggedRecord failed = scene.awaitMail(account, "command.failed", Scene.command(command));
        assertThat(failed.data().path("reason").asText()).isEqualTo("message_gone");
        assertThat(told()).doesNotContain("message.updated");
    }

    @Test
    void aMoveWhoseAnswerWasLostIsOursAlsoIfALookFindsItFirst() throws Exception {
        UUID command = accept(new MailCommand.Archive(UUID.randomUUID(), account, organization, message, person));
        server.loseNextAnswer = true;
        assertThatThrownBy(() -> runner.run(link())).isInstanceOf(MailException.class);
        server.reopen();

        look("INBOX", MailboxLook.Depth.ALL);
        look("Archive", MailboxLook.Depth.ALL);
        runner.run(link());

        scene.awaitMail(account, "command.succeeded", Scene.command(command));
        LoggedRecord moved = scene.awaitMail(account, "message.moved", Scene.about(message.toString()));
        assertThat(moved.data().path("source").asText()).isEqualTo("command");
        settle(link());
        assertThat(told()).containsExactly("message.received", "message.moved", "command.succeeded");
        assertThat(server.of(archive).messages).hasSize(1);
    }

    @Test
    void aMoveWhoseAnswerWasLostIsLookedForFromWhereItLeft() throws Exception {
        accept(new MailCommand.Archive(UUID.randomUUID(), account, organization, message, person));
        server.loseNextAnswer = true;
        assertThatThrownBy(() -> runner.run(link())).isInstanceOf(MailException.class);
        server.reopen();

        runner.run(link());

        LoggedRecord moved = scene.awaitMail(account, "message.moved", Scene.about(message.toString()));
        assertThat(moved.data().path("source").asText()).isEqualTo("command");
        assertThat(told()).containsExactly("message.received", "message.moved", "command.succeeded");
    }

    @ParameterizedTest
    @CsvSource({
        "OVER_QUOTA, OVERQUOTA, over_quota, Make room",
        "READ_ONLY, READ-ONLY, read_only, can be read and not changed",
        "MAILBOX_REFUSED, NOPERM, not_permitted, Who manages the mailbox",
        "MESSAGE_TOO_LARGE, TOOBIG, message_too_large, as large as this"
    })
    void aRefusalIsFinalAndSaysWhatToDo(Category category, String code, String reason, String advice) throws Exception {
        UUID command = accept(new MailCommand.Archive(UUID.randomUUID(), account, organization, message, person));
        server.refusesNext = MailException.at(Stage.COMMAND, category)
                .responseCode(code)
                .serverText("said the server")
                .build();

        runner.run(link());
        runner.run(link());

        LoggedRecord failed = scene.awaitMail(account, "command.failed", Scene.command(command));
        assertThat(failed.data().path("reason").asText()).isEqualTo(reason);
        assertThat(failed.data().path("detail").asText()).contains(advice, "said the server");
        assertThat(server.of(MailboxName.INBOX).messages).hasSize(1);
        assertThat(told()).containsExactly("message.received", "command.failed");
    }

    @Test
    void aTargetThatTheServerWantsToHaveMadeIsMadeAndAskedForOnceMore() throws Exception {
        UUID command = accept(new MailCommand.Archive(UUID.randomUUID(), account, organization, message, person));
        server.refusesNext = MailException.at(Stage.COMMAND, Category.NO_SUCH_MAILBOX)
                .responseCode("TRYCREATE")
                .build();

        runner.run(link());

        scene.awaitMail(account, "command.succeeded", Scene.command(command));
        assertThat(server.created).containsExactly(archive);
        assertThat(server.of(archive).messages).hasSize(1);
    }

    @Test
    void aCopyMayBeMadeOfWhatMayNotBeChanged() throws Exception {
        server.readOnly.add(MailboxName.INBOX);
        UUID label =
                accept(new MailCommand.ApplyLabel(UUID.randomUUID(), account, organization, message, "Later", person));
        UUID move = accept(new MailCommand.Archive(UUID.randomUUID(), account, organization, message, person));

        runner.run(link());

        scene.awaitMail(account, "command.succeeded", Scene.command(label));
        scene.awaitMail(account, "command.failed", Scene.command(move));
        assertThat(server.of(archive).messages).isEmpty();
    }

    @Test
    void aUidThatMeansAnotherMessageByNowIsLeftAlone() throws Exception {
        // Given another message under the number that was learned on an earlier connection
        FakeImapSession.Folder inbox = server.of(MailboxName.INBOX);
        inbox.messages.put(uid, new FakeImapSession.Stored(mail("stranger"), new HashSet<>(), OLD));
        UUID command = accept(new MailCommand.Trash(UUID.randomUUID(), account, organization, message, person));
        Link later = new Link(server, link().account(), fence, Instant.now().plusSeconds(1));

        // When
        runner.run(later);

        // Then
        assertThat(inbox.messages).hasSize(1);
        assertThat(database.first("select state, attempts from command where id = $1", command)
                        .orElseThrow())
                .satisfies(row -> {
                    assertThat(row.getString("state")).isEqualTo("planned");
                    assertThat(row.getInteger("attempts")).isEqualTo(1);
                });
    }

    @Test
    void aUidThatMeansAnotherMessageByNowIsNotMarked() throws Exception {
        server.of(MailboxName.INBOX)
                .messages
                .put(uid, new FakeImapSession.Stored(mail("stranger"), new HashSet<>(), OLD));
        accept(new MailCommand.MarkRead(UUID.randomUUID(), account, organization, message, person));

        runner.run(new Link(server, link().account(), fence, Instant.now().plusSeconds(1)));

        assertThat(flags(uid)).isEmpty();
    }

    @Test
    void aMessageWithoutMessageIdIsKnownByItsArrival() throws Exception {
        byte[] bare = "Subject: bare\r\n\r\nText\r\n".getBytes(StandardCharsets.US_ASCII);
        long second = server.deliver(MailboxName.INBOX, bare, OLD);
        look("INBOX", MailboxLook.Depth.ALL);
        UUID bareMessage = database.first(
                        "select message_id from copy where account_id = $1 and uid = $2", account, second)
                .orElseThrow()
                .getUUID("message_id");
        server.of(MailboxName.INBOX)
                .messages
                .put(second, new FakeImapSession.Stored(bare, new HashSet<>(), OLD.minusSeconds(60)));
        accept(new MailCommand.Trash(UUID.randomUUID(), account, organization, bareMessage, person));

        runner.run(new Link(server, link().account(), fence, Instant.now().plusSeconds(1)));

        assertThat(server.of(MailboxName.INBOX).messages).containsKeys(uid, second);
    }

    @Test
    void whatCannotBeExpungedAloneIsHiddenAndOthersMarksStay() throws Exception {
        server.expunges = false;
        server.uidPlus = false;
        long marked = server.deliver(MailboxName.INBOX, mail("marked by somebody"), OLD);
        look("INBOX", MailboxLook.Depth.ALL);
        flags(marked).add("\\Deleted");
        UUID command = accept(new MailCommand.Archive(UUID.randomUUID(), account, organization, message, person));

        runner.run(link());
        look("INBOX", MailboxLook.Depth.ALL);
        look("Archive", MailboxLook.Depth.ALL);
        settle(link());
        look("INBOX", MailboxLook.Depth.ALL);

        scene.awaitMail(account, "command.succeeded", Scene.command(command));
        assertThat(server.of(MailboxName.INBOX).messages).containsOnlyKeys(uid, marked);
        assertThat(flags(uid)).contains("\\Deleted");
        assertThat(told())
                .containsExactly("message.received", "message.received", "message.moved", "command.succeeded");
        assertThat(database.query("select 1 from copy where message_id = $1", message))
                .hasSize(1);
    }

    @Test
    void aWrongCopyuidIsNotBelieved() throws Exception {
        server.saysCopiedTo = 1;
        UUID command = accept(new MailCommand.Archive(UUID.randomUUID(), account, organization, message, person));

        runner.run(link());

        scene.awaitMail(account, "command.succeeded", Scene.command(command));
        assertThat(database.first("select uid_validity from copy where message_id = $1", message)
                        .orElseThrow()
                        .getLong("uid_validity"))
                .isEqualTo(server.of(archive).uidValidity);
        assertThat(told()).containsExactly("message.received", "message.moved", "command.succeeded");
    }

    @Test
    void aDraftIsNoMailWhereverItLies() throws Exception {
        long draft = server.deliver(MailboxName.INBOX, mail("unfinished"), Instant.now());
        flags(draft).add("\\Draft");
        look("INBOX", MailboxLook.Depth.ALL);
        assertThat(count("copy")).isEqualTo(1);

        flags(draft).remove("\\Draft");
        database.execute("update mailbox set messages = -1 where account_id = $1", account);
        look("INBOX", MailboxLook.Depth.ALL);

        scene.awaitMail(account, "message.received", Scene.subject("unfinished"));
    }

    private Set<String> flags(long of) {
        return requireNonNull(server.of(MailboxName.INBOX).messages.get(of)).flags();
    }

    private boolean seen() {
        return database.first("select seen from copy where message_id = $1", message)
                .orElseThrow()
                .getBoolean("seen");
    }
}

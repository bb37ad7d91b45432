package dev.mailroom.sync;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.Origin;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.sync.message.Settling;
import dev.mailroom.sync.ownership.Fence;
import dev.mailroom.sync.ownership.FencedException;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Mail that the provider's own filters may still move is one message where it lies when it has settled. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class SettlingTest extends SettlingScene {
    @Inject
    Settling settling;

    @Test
    void whatTheProviderMovesIsToldOnceWhereItLies() throws Exception {
        // Given
        providerFiles();
        long uid = server.deliver(MailboxName.INBOX, mail("filed"), Instant.now());
        look("INBOX", MailboxLook.Depth.COUNTS);
        assertThat(count("settling")).isEqualTo(1);

        // When
        moveOnServer(MailboxName.INBOX, uid, projects);
        look("INBOX", MailboxLook.Depth.COUNTS);
        look("Projects", MailboxLook.Depth.COUNTS);
        timeIsUp();
        tellDue(link());

        // Then
        LoggedRecord received = scene.awaitMail(account, "message.received", Scene.subject("filed"));
        assertThat(received.data().path("mailbox").path("path").path(0).asText())
                .isEqualTo("Projects");
        assertThat(received.data().path("provider_filed").asBoolean()).isTrue();
        assertThat(received.data().path("source").asText()).isEqualTo("live");
        settle(link());
        assertThat(mailSoFar()).containsExactly("message.received");
        assertThat(count("settling")).isZero();
        assertThat(count("copy")).isEqualTo(1);
    }

    @Test
    void whatStaysInInboxIsToldThereAsItIsThen() throws Exception {
        providerFiles();
        long uid = server.deliver(MailboxName.INBOX, mail("stays"), Instant.now());
        look("INBOX", MailboxLook.Depth.COUNTS);
        requireNonNull(server.of(MailboxName.INBOX).messages.get(uid)).flags().add("\\Seen");
        check.check(link(), row("INBOX").id(), MailboxLook.Depth.ALL, MailEvent.Source.LIVE);
        assertThat(mailSoFar()).isEmpty();

        timeIsUp();
        tellDue(link());
        tellDue(link());

        LoggedRecord received = scene.awaitMail(account, "message.received", Scene.subject("stays"));
        assertThat(received.data().path("mailbox").path("role").asText()).isEqualTo("inbox");
        assertThat(received.data().path("provider_filed").asBoolean()).isFalse();
        assertThat(received.data().path("message").path("unread").asBoolean()).isFalse();
        assertThat(received.data().path("message").path("text").asText()).contains("About stays");
        assertThat(received.data().path("message").path("from").path("address").asText())
                .isEqualTo("ana@example.net");
        assertThat(mailSoFar()).containsExactly("message.received");
    }

    @Test
    void mailIsToldAtOnceUntilTheProviderIsSeenToMoveIt() throws Exception {
        // Given mail of an account of which nothing is known
        long uid = server.deliver(MailboxName.INBOX, mail("first"), Instant.now());
        look("INBOX", MailboxLook.Depth.COUNTS);
        assertThat(count("settling")).isZero();

        // When
        moveOnServer(MailboxName.INBOX, uid, projects);
        look("INBOX", MailboxLook.Depth.COUNTS);
        look("Projects", MailboxLook.Depth.COUNTS);
        server.deliver(MailboxName.INBOX, mail("second"), Instant.now());
        look("INBOX", MailboxLook.Depth.COUNTS);

        // Then
        scene.awaitMail(account, "message.moved", record -> true);
        assertThat(mailSoFar()).containsExactly("message.received", "message.moved");
        assertThat(count("settling")).isEqualTo(1);
    }

    @Test
    void theSecondLookAlsoLearns() throws Exception {
        long uid = server.deliver(MailboxName.INBOX, mail("seen there first"), Instant.now());
        look("INBOX", MailboxLook.Depth.COUNTS);
        moveOnServer(MailboxName.INBOX, uid, projects);
        look("Projects", MailboxLook.Depth.COUNTS);
        look("INBOX", MailboxLook.Depth.COUNTS);
        settle(link());

        assertThat(filesAt()).isTrue();
    }

    @Test
    void whatPeopleDoAtOnceTeachesNothing() throws Exception {
        MailboxName trash = server.folder("Trash");
        long uid = server.deliver(MailboxName.INBOX, mail("not wanted"), Instant.now());
        look("INBOX", MailboxLook.Depth.COUNTS);
        moveOnServer(MailboxName.INBOX, uid, trash);
        look("INBOX", MailboxLook.Depth.COUNTS);
        look("Trash", MailboxLook.Depth.COUNTS);

        assertThat(filesAt()).isFalse();
    }

    @Test
    void oldMailThatIsMovedTeachesNothing() throws Exception {
        long uid = server.deliver(MailboxName.INBOX, mail("old"), OLD);
        look("INBOX", MailboxLook.Depth.COUNTS);
        moveOnServer(MailboxName.INBOX, uid, projects);
        look("INBOX", MailboxLook.Depth.COUNTS);
        look("Projects", MailboxLook.Depth.COUNTS);

        assertThat(filesAt()).isFalse();
    }

    @Test
    void mailThatCameLongAgoDoesNotWait() throws Exception {
        providerFiles();
        server.deliver(MailboxName.INBOX, mail("came while we were away"), OLD);

        look("INBOX", MailboxLook.Depth.COUNTS);

        scene.awaitMail(account, "message.received", Scene.subject("came while we were away"));
        assertThat(count("settling")).isZero();
    }

    @Test
    void aCrashInTheMeantimeLosesNothingAndRepeatsNothing() throws Exception {
        // Given
        providerFiles();
        server.deliver(MailboxName.INBOX, mail("one"), Instant.now());
        look("INBOX", MailboxLook.Depth.COUNTS);
        server.deliver(MailboxName.INBOX, mail("two"), Instant.now());
        look("INBOX", MailboxLook.Depth.COUNTS);

        // When the owner is gone before the time is up, and another one is fenced off in the middle of telling
        server.close();
        server.reopen();
        timeIsUp();
        Fence stale = new Fence(fence.shard(), fence.epoch() - 1);
        assertThatThrownBy(() -> tellDue(new Link(server, link().account(), stale, Instant.now())))
                .isInstanceOf(FencedException.class);
        assertThat(count("settling")).isEqualTo(2);
        look("INBOX", MailboxLook.Depth.COUNTS);
        tellDue(link());
        tellDue(link());

        // Then
        scene.awaitMail(account, "message.received", Scene.subject("two"));
        assertThat(scene.mailOf(account, "message.received"))
                .extracting(
                        record -> record.data().path("message").path("subject").asText())
                .containsExactly("one", "two");
    }

    @Test
    void otherMailIsNotHeldUp() throws Exception {
        providerFiles();
        server.deliver(MailboxName.INBOX, mail("waits"), Instant.now());
        server.deliver(projects, mail("filed at once"), Instant.now());

        look("INBOX", MailboxLook.Depth.COUNTS);
        look("Projects", MailboxLook.Depth.COUNTS);

        LoggedRecord received = scene.awaitMail(account, "message.received", record -> true);
        assertThat(received.data().path("message").path("subject").asText()).isEqualTo("filed at once");
        assertThat(received.data().path("provider_filed").asBoolean()).isTrue();
    }

    @Test
    void whatIsDeletedBeforeItIsToldWasNeverThereAndIsNewIfItComesAgain() throws Exception {
        // Given
        providerFiles();
        long uid = server.deliver(MailboxName.INBOX, mail("short"), Instant.now());
        look("INBOX", MailboxLook.Depth.COUNTS);

        // When
        server.of(MailboxName.INBOX).messages.remove(uid);
        look("INBOX", MailboxLook.Depth.COUNTS);
        timeIsUp();
        tellDue(link());
        assertThat(count("settling")).isEqualTo(1);
        settle(link());

        // Then
        assertThat(count("settling")).isZero();
        assertThat(count("sighting")).isZero();
        assertThat(mailSoFar()).isEmpty();
        server.deliver(projects, mail("short"), Instant.now());
        look("Projects", MailboxLook.Depth.COUNTS);
        scene.awaitMail(account, "message.received", Scene.subject("short"));
    }

    @Test
    void whatLeftInboxIsNotAskedForOverAndOverAndIsToldSoonWhereItAppears() throws Exception {
        // Given
        providerFiles();
        long uid = server.deliver(MailboxName.INBOX, mail("on its way"), Instant.now());
        look("INBOX", MailboxLook.Depth.COUNTS);
        FakeImapSession.Stored moved =
                requireNonNull(server.of(MailboxName.INBOX).messages.remove(uid));
        look("INBOX", MailboxLook.Depth.COUNTS);

        // When its time is up
        timeIsUp();
        tellDue(link());

        // Then
        assertThat(settling.nextDue(database, account).orElseThrow())
                .isAfter(Instant.now().plusSeconds(15));

        // When
        server.deliver(projects, moved.content(), moved.date());
        look("Projects", MailboxLook.Depth.COUNTS);

        // Then
        assertThat(settling.nextDue(database, account).orElseThrow())
                .isBefore(Instant.now().plusSeconds(10));
        timeIsUp();
        tellDue(link());
        assertThat(mailSoFar()).containsExactly("message.received");
    }

    @Test
    void aMessageThatCannotBeToldHoldsUpNoOther() throws Exception {
        // Given
        providerFiles();
        server.deliver(MailboxName.INBOX, mail("before"), Instant.now());
        server.deliver(MailboxName.INBOX, mail("poison"), Instant.now());
        server.deliver(MailboxName.INBOX, mail("after"), Instant.now());
        look("INBOX", MailboxLook.Depth.COUNTS);
        database.execute(
                "update message set content = '[]' where organization_id = $1 and subject = 'poison'", organization);

        // When
        timeIsUp();
        tellDue(link());

        // Then
        scene.awaitMail(account, "message.received", Scene.subject("after"));
        assertThat(mailSoFar()).containsExactly("message.received", "message.quarantined", "message.received");
        assertThat(count("settling")).isZero();
        assertThat(count("quarantine")).isEqualTo(1);
        assertThat(count("copy")).isEqualTo(2);
    }

    @Test
    void aCommandAboutMailThatWaitsComesAfterItsNews() throws Exception {
        providerFiles();
        server.deliver(MailboxName.INBOX, mail("acted on"), Instant.now());
        look("INBOX", MailboxLook.Depth.COUNTS);
        UUID command = UUID.randomUUID();
        database.inTransaction(tx -> commands.accept(
                tx,
                new MailCommand.Archive(
                        command, account, organization, onlyMessage(), Origin.user(UUID.randomUUID()))));

        runner.run(link());

        scene.awaitMail(account, "command.succeeded", Scene.command(command));
        assertThat(mailSoFar()).containsExactly("message.received", "message.moved");
        assertThat(count("settling")).isZero();
    }

    @Test
    void aLabelThatTheProviderGivesIsToldWithTheMessage() throws Exception {
        providerFiles();
        server.deliver(MailboxName.INBOX, mail("labelled"), Instant.now());
        look("INBOX", MailboxLook.Depth.COUNTS);
        server.deliver(projects, mail("labelled"), Instant.now());
        look("Projects", MailboxLook.Depth.COUNTS);

        timeIsUp();
        tellDue(link());

        LoggedRecord received = scene.awaitMail(account, "message.received", Scene.subject("labelled"));
        assertThat(received.data().path("mailbox").path("role").asText()).isEqualTo("inbox");
        assertThat(received.data().path("message").path("labels").path(0).asText())
                .isEqualTo("Projects");
        assertThat(mailSoFar()).containsExactly("message.received");
    }

    private boolean filesAt() {
        return database.first("select 1 from account where id = $1 and provider_files_at is not null", account)
                .isPresent();
    }
}

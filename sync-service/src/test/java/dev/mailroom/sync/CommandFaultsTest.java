package dev.mailroom.sync;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.hasSize;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.testkit.LoggedRecord;
import dev.mailroom.testkit.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

        runAgainAfterItIsDecided();

        assertThat(reasonOf(label)).isEqualTo("message_gone");
        assertThat(reasonOf(archive)).isEqualTo("message_unknown");
        scene.awaitMail(account, "message.deleted", Scene.about(message.toString()));
        assertThat(scene.mailOf(account, "command.succeeded")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(AskedOf.class)
    void whatIsAskedOfAMessageThatAnotherProgramMovesIsDoneWhereItWent(AskedOf asked) throws Exception {
        // Given
        MailboxName elsewhere = server.folder("Elsewhere");
        server.folder("Trash");
        folders.refresh(link());
        server.deliver(MailboxName.INBOX, mail("moved"), Instant.now());
        checkInbox(link());
        UUID message = onlyMessage();
        server.deliver(elsewhere, mail("moved"), Instant.now());
        server.takeAway(MailboxName.INBOX, server.of(MailboxName.INBOX).messages.lastKey());
        UUID command = accept(
                asked.command.of(UUID.randomUUID(), account, organization, message, Origin.user(UUID.randomUUID())));

        // When
        assertThat(runner.run(link()).missed()).isTrue();
        assertThat(runNow().missed()).isFalse();
        look("Elsewhere", MailboxLook.Depth.COUNTS);
        settle(link());
        runNow();

        // Then
        scene.awaitMail(account, "command.succeeded", Scene.command(command));
        assertThat(told()).contains("message.moved").doesNotContain("command.failed", "message.deleted");
    }

    @Test
    void aMessageThatIsMissedIsThereForPeopleUntilItIsKnownWhereItWent() throws Exception {
        folders.refresh(link());
        server.deliver(MailboxName.INBOX, mail("missed"), Instant.now());
        checkInbox(link());
        UUID message = onlyMessage();
        server.takeAway(MailboxName.INBOX, server.of(MailboxName.INBOX).messages.lastKey());
        checkInbox(link());

        api().get("/v1/messages/{id}", message).then().statusCode(200).body("copies", hasSize(1));
        api().contentType("application/json")
                .body("{\"type\": \"mark_read\"}")
                .post("/v1/messages/{id}/commands", message)
                .then()
                .statusCode(202);

        settle(link());
        api().get("/v1/messages/{id}", message).then().statusCode(404);
    }

    private String reasonOf(MailCommand command) {
        return scene.awaitMail(account, "command.failed", Scene.command(command.command()))
                .data()
                .path("reason")
                .asText();
    }

    private RequestSpecification api() {
        return given().header("Authorization", "Bearer " + TestTokens.token("owner", organization, "tester"));
    }

    /** Commands about a message that lay in INBOX. */
    enum AskedOf {
        READ(MailCommand.MarkRead::new),
        LABEL((id, account, organization, message, origin) ->
                new MailCommand.ApplyLabel(id, account, organization, message, "Later", origin)),
        TRASH(MailCommand.Trash::new);

        private final FlowContract.OnMessage command;

        AskedOf(FlowContract.OnMessage command) {
            this.command = command;
        }
    }
}

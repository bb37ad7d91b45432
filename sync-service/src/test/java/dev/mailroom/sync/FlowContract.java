package dev.mailroom.sync;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.TransferResult;
import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.testkit.LoggedRecord;
import dev.mailroom.testkit.TestTokens;
import io.quarkus.test.common.http.TestHTTPResourceManager;
import io.restassured.specification.RequestSpecification;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;

/** A server of some kind and what the tests do with it. Each test has an instance of its own. */
@SuppressWarnings("NullAway.Init")
abstract class FlowContract {
    final UUID organization = UUID.randomUUID();
    final Origin origin = Origin.user(UUID.randomUUID());
    Scene scene;
    LocalServer server;

    /** Before its only test. */
    void begin(LocalServer on, Scene with) throws Exception {
        server = on;
        scene = with;
    }

    /** After its test, whatever came of it. */
    void end() throws Exception {
        // The server and the scene are for others too.
    }

    /** An account that is live, and its user. */
    record Connected(UUID account, String user) {}

    Connected connected() {
        String user = server.newUser();
        AccountState account = scene.connect(organization, user, server.port(), "none");
        scene.awaitState(account.account(), "live");
        return new Connected(account.account(), user);
    }

    /** The service as a member sees it. The address is named: REST Assured knows it only while a test of Quarkus is in its method. */
    RequestSpecification api() {
        return given().baseUri(TestHTTPResourceManager.getUri())
                .header("Authorization", "Bearer " + TestTokens.token("member", organization, "tester"));
    }

    ImapSession otherProgram(Connected user) {
        return Scene.otherProgram(user.user(), server.port());
    }

    /** Delivers mail to INBOX and waits until it is told; gives the message's id. */
    UUID receive(ImapSession other, UUID account, String subject) throws Exception {
        append(other, MailboxName.INBOX, messageId(subject), subject, "");
        LoggedRecord received = scene.awaitMail(account, "message.received", Scene.subject(subject));
        return UUID.fromString(received.data().path("message").path("id").asText());
    }

    static String messageId(String subject) {
        return subject.toLowerCase(java.util.Locale.ROOT).replace(' ', '-') + "@example.net";
    }

    /** What a command about a message needs, in the order of its fields. */
    interface OnMessage {
        MailCommand of(UUID command, UUID account, UUID organization, UUID message, Origin origin);
    }

    /** Sends a command and waits for its success; gives the result. */
    String succeeds(UUID account, UUID message, OnMessage command) {
        return succeeds(account, (id, on) -> command.of(id, on, organization, message, origin));
    }

    String succeeds(UUID account, BiFunction<UUID, UUID, MailCommand> command) {
        UUID id = UUID.randomUUID();
        scene.publish(command.apply(id, account));
        return scene.awaitMail(account, "command.succeeded", Scene.command(id))
                .data()
                .path("result")
                .asText();
    }

    /** Sends a command and waits for its failure; gives the reason. */
    String fails(UUID account, BiFunction<UUID, UUID, MailCommand> command) {
        UUID id = UUID.randomUUID();
        scene.publish(command.apply(id, account));
        return scene.awaitMail(account, "command.failed", Scene.command(id))
                .data()
                .path("reason")
                .asText();
    }

    OnMessage applyLabel(String label) {
        return (id, account, organization, message, origin) ->
                new MailCommand.ApplyLabel(id, account, organization, message, label, origin);
    }

    OnMessage removeLabel(String label) {
        return (id, account, organization, message, origin) ->
                new MailCommand.RemoveLabel(id, account, organization, message, label, origin);
    }

    /** Lets the session look at everything again: what it would tell a second time, it has told then. */
    void letItLookAgain(UUID account) {
        scene.awaitLookedAgain(account);
    }

    void toldOnce(UUID account, int received) {
        letItLookAgain(account);
        assertThat(scene.mailOf(account, "message.received")).hasSize(received);
        assertThat(scene.mailOf(account, "message.deleted")).isEmpty();
        assertThat(scene.mailOf(account, "message.quarantined")).isEmpty();
    }

    /** Where the session says that it moved the message last, as another program names it. */
    MailboxName movedTo(ImapSession other, UUID account, String role, int moves) throws Exception {
        LoggedRecord moved = scene.mail
                .awaitAll(
                        "move " + moves,
                        moves,
                        record -> record.type().endsWith("message.moved.v1")
                                && account.toString().equals(record.key()))
                .get(moves - 1);
        assertThat(moved.data().path("source").asText()).isEqualTo("command");
        assertThat(moved.data().path("to").path("role").asText()).isEqualTo(role);
        return named(other, moved.data().path("to"));
    }

    static void append(ImapSession session, MailboxName mailbox, String messageId, String subject, String headers)
            throws Exception {
        session.append(mailbox, Scene.mail(messageId, subject, headers, "Text of " + subject), Set.of(), Instant.now());
    }

    /** A mailbox by its levels. */
    static MailboxName named(ImapSession session, String... levels) throws Exception {
        var namespace = session.personalNamespace();
        MailboxName plain = MailboxName.of(List.of(levels), namespace.delimiter(), false);
        return new MailboxName(namespace.prefix() + plain.raw(), namespace.delimiter());
    }

    /** A mailbox as an event names it. */
    static MailboxName named(ImapSession session, JsonNode mailbox) throws Exception {
        List<String> levels = new ArrayList<>();
        mailbox.path("path").forEach(level -> levels.add(level.asText()));
        return levels.equals(List.of("INBOX")) ? MailboxName.INBOX : named(session, levels.toArray(String[]::new));
    }

    /** Removes all messages of a mailbox, as another program does that cares for nobody else. */
    void empty(Connected user, ImapSession other, MailboxName mailbox) throws Exception {
        other.select(mailbox, null);
        List<Long> all = other.searchSince(null);
        if (other.remove(all) == TransferResult.Sources.MARKED_DELETED) {
            try (FolderAdmin admin = new FolderAdmin(user.user(), server.port())) {
                admin.expunge(mailbox.raw());
            }
        }
    }

    /** The name of a mailbox without those above it. */
    static String lastLevel(JsonNode path) {
        return path.path(path.size() - 1).asText();
    }

    /** Without the messages that can only be marked, where the server cannot expunge them one by one. */
    static List<Set<String>> flagsIn(ImapSession session, MailboxName mailbox) throws Exception {
        session.select(mailbox, null);
        List<Set<String>> flags = new ArrayList<>();
        session.fetchSummaries(UidSet.ALL, summary -> flags.add(summary.flags()));
        if (!session.supports("UIDPLUS")) {
            flags.removeIf(some -> some.contains("\\Deleted"));
        }
        return flags;
    }
}

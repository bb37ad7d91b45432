package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.Origin;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Transaction;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.sync.message.Arrivals;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a command must never do: stop its account, lose a message, or double one. */
@QuarkusTest
@SyncTest
class CommandSafetyTest extends HandDrivenSession {
    private final Origin person = Origin.user(UUID.randomUUID());

    @Test
    void aLabelThatIsNoneFailsItsCommandAndNotTheSession() throws Exception {
        Link link = link();
        UUID message = received(link, "bad label");
        UUID bad = accept(new MailCommand.RemoveLabel(UUID.randomUUID(), account, organization, message, "/", person));
        UUID next = accept(new MailCommand.MarkRead(UUID.randomUUID(), account, organization, message, person));

        runner.run(link);

        LoggedRecord failed = scene.awaitMail(account, "command.failed", Scene.command(bad));
        assertThat(failed.data().path("reason").asText()).isEqualTo("label_invalid");
        scene.awaitMail(account, "command.succeeded", Scene.command(next));
    }

    @ParameterizedTest
    @CsvSource({"Trash, trash", "Junk, spam", "Archive, archive", "Sent, ''", "Drafts, ''", "INBOX, move_to_inbox"})
    void aMailboxThatIsForSomethingElseIsNoLabel(String name, String instead) throws Exception {
        Link link = link();
        MailboxName mailbox = server.folder(name);
        UUID message = received(link, "no label");
        UUID apply =
                accept(new MailCommand.ApplyLabel(UUID.randomUUID(), account, organization, message, name, person));
        UUID remove =
                accept(new MailCommand.RemoveLabel(UUID.randomUUID(), account, organization, message, name, person));

        runner.run(link);

        for (UUID command : List.of(apply, remove)) {
            JsonNode failed = scene.awaitMail(account, "command.failed", Scene.command(command))
                    .data();
            assertThat(failed.path("reason").asText()).isEqualTo("label_reserved");
            assertThat(failed.path("detail").asText()).contains(name).contains(instead);
        }
        assertThat(server.of(mailbox).messages).hasSize(mailbox.isInbox() ? 1 : 0);
        assertThat(server.of(MailboxName.INBOX).messages).hasSize(1);
    }

    @Test
    void aLabelThatOnlyItsMakingShowsToBeForSomethingElseIsRefused() throws Exception {
        Link link = link();
        UUID message = received(link, "made for it");
        UUID apply =
                accept(new MailCommand.ApplyLabel(UUID.randomUUID(), account, organization, message, "Trash", person));

        runner.run(link);

        LoggedRecord failed = scene.awaitMail(account, "command.failed", Scene.command(apply));
        assertThat(failed.data().path("reason").asText()).isEqualTo("label_reserved");
    }

    @Test
    void aNameThatTheServerDoesNotAllowIsMadeNowhereAndSaysSo() throws Exception {
        Link link = link();
        server.folder("Projects");
        server.badNames.add(new MailboxName("~x", '/'));
        UUID message = received(link, "odd name");
        UUID apply =
                accept(new MailCommand.ApplyLabel(UUID.randomUUID(), account, organization, message, "~x", person));

        runner.run(link);

        LoggedRecord failed = scene.awaitMail(account, "command.failed", Scene.command(apply));
        assertThat(failed.data().path("reason").asText()).isEqualTo("label_invalid");
        assertThat(failed.data().path("detail").asText())
                .contains("does not allow this name")
                .contains("The server said: Character not allowed");
        assertThat(server.created).isEmpty();
    }

    @Test
    void aLabelIsMadeBelowInboxWhereNothingLiesBesideIt() throws Exception {
        Link link = link();
        server.folder("INBOX/Old");
        server.badNames.add(new MailboxName("New", '/'));
        UUID message = received(link, "below");
        UUID apply =
                accept(new MailCommand.ApplyLabel(UUID.randomUUID(), account, organization, message, "New", person));

        runner.run(link);

        scene.awaitMail(account, "command.succeeded", Scene.command(apply));
        assertThat(server.created).containsExactly(new MailboxName("INBOX/New", '/'));
    }

    @Test
    void aLabelBelowInboxIsMadeAndFoundHoweverInboxIsWritten() throws Exception {
        Link link = link();
        UUID message = received(link, "bills");
        UUID made = accept(
                new MailCommand.ApplyLabel(UUID.randomUUID(), account, organization, message, "Inbox/Bills", person));
        UUID found = accept(
                new MailCommand.RemoveLabel(UUID.randomUUID(), account, organization, message, "inbox/Bills", person));
        UUID reserved =
                accept(new MailCommand.ApplyLabel(UUID.randomUUID(), account, organization, message, "inbox", person));

        runner.run(link);

        scene.awaitMail(account, "command.succeeded", Scene.command(made));
        scene.awaitMail(account, "command.succeeded", Scene.command(found));
        LoggedRecord failed = scene.awaitMail(account, "command.failed", Scene.command(reserved));
        assertThat(failed.data().path("reason").asText()).isEqualTo("label_reserved");
        assertThat(server.created).containsExactly(new MailboxName("INBOX/Bills", '/'));
    }

    @Test
    void aLevelThatHoldsTheServersDelimiterSaysWhichCharacterItIs() throws Exception {
        Link link = link();
        server.delimiter = '.';
        UUID message = received(link, "dot");
        UUID apply =
                accept(new MailCommand.ApplyLabel(UUID.randomUUID(), account, organization, message, "a.b", person));

        runner.run(link);

        LoggedRecord failed = scene.awaitMail(account, "command.failed", Scene.command(apply));
        assertThat(failed.data().path("reason").asText()).isEqualTo("label_invalid");
        assertThat(failed.data().path("detail").asText()).contains("\".\"").contains("another");
    }

    @Test
    void aFaultOfOurOwnIsCountedAndTheOthersGoOn() throws Exception {
        Link link = link();
        UUID message = received(link, "fault");
        UUID bad = accept(new MailCommand.MarkRead(UUID.randomUUID(), account, organization, message, person));
        UUID next =
                accept(new MailCommand.MarkRead(UUID.randomUUID(), account, organization, UUID.randomUUID(), person));

        // When
        for (int i = 0; i < 3; i++) {
            server.afterSelect = () -> {
                throw new IllegalStateException("a fault of ours");
            };
            runner.run(link);
            database.execute("update command set not_before = now() where id = $1 and state = 'planned'", bad);
        }

        // Then
        LoggedRecord unknown = scene.awaitMail(account, "command.failed", Scene.command(next));
        assertThat(unknown.data().path("reason").asText()).isEqualTo("message_unknown");
        LoggedRecord failed = scene.awaitMail(account, "command.failed", Scene.command(bad));
        assertThat(failed.data().path("reason").asText()).isEqualTo("internal");
    }

    @Test
    void anUnreadableRowIsSetAside() throws Exception {
        Link link = link();
        UUID message = received(link, "unreadable");
        UUID bad = accept(new MailCommand.MarkRead(UUID.randomUUID(), account, organization, message, person));
        database.execute("update command set payload = '{}' where id = $1", bad);
        UUID next = accept(new MailCommand.MarkRead(UUID.randomUUID(), account, organization, message, person));

        runner.run(link);

        scene.awaitMail(account, "command.succeeded", Scene.command(next));
        assertThat(command(bad).getInteger("attempts")).isEqualTo(1);
        assertThat(command(bad).getOffsetDateTime("not_before").toInstant()).isAfter(Instant.now());
    }

    @Test
    void removingALabelKeepsACopyAlthoughTheOtherIsGoneOnTheServer() throws Exception {
        Link link = link();
        MailboxName label = server.folder("Later");
        MailboxName archive = server.folder("Archive");
        UUID message = received(link, "stale label", label);
        server.of(MailboxName.INBOX).messages.clear();
        UUID command =
                accept(new MailCommand.RemoveLabel(UUID.randomUUID(), account, organization, message, "Later", person));

        runner.run(link);

        scene.awaitMail(account, "command.succeeded", Scene.command(command));
        assertThat(server.of(label).messages).isEmpty();
        assertThat(server.of(archive).messages).hasSize(1);
    }

    @Test
    void trashingKeepsACopyAlthoughTheFirstIsGoneOnTheServer() throws Exception {
        Link link = link();
        MailboxName label = server.folder("Later");
        MailboxName trash = server.folder("Trash");
        UUID message = received(link, "stale trash", label);
        server.of(MailboxName.INBOX).messages.clear();
        UUID command = accept(new MailCommand.Trash(UUID.randomUUID(), account, organization, message, person));

        runner.run(link);

        scene.awaitMail(account, "command.succeeded", Scene.command(command));
        assertThat(server.of(label).messages).isEmpty();
        assertThat(server.of(trash).messages).hasSize(1);
    }

    @Test
    void trashingLeavesOneCopyOfSeveral() throws Exception {
        Link link = link();
        MailboxName label = server.folder("Later");
        MailboxName trash = server.folder("Trash");
        UUID message = received(link, "two copies", label);
        UUID command = accept(new MailCommand.Trash(UUID.randomUUID(), account, organization, message, person));

        runner.run(link);

        scene.awaitMail(account, "command.succeeded", Scene.command(command));
        assertThat(server.of(label).messages).isEmpty();
        assertThat(server.of(MailboxName.INBOX).messages).isEmpty();
        assertThat(server.of(trash).messages).hasSize(1);
    }

    @Test
    void twoAccountsCountAMessageTogetherAndTakeNoNumberBack() throws Exception {
        // Given one message in two accounts
        Link mine = link();
        UUID second = UUID.randomUUID();
        store(second, "1y");
        Link theirs = new Link(server, accounts.find(database, second).orElseThrow(), fence, Instant.now());
        folders.refresh(theirs);
        UUID message = received(mine, "counted");
        check.check(theirs, mailbox(second, "INBOX").id(), MailboxLook.Depth.COUNTS, MailEvent.Source.LIVE);
        long before = revision(message);

        // When mine reads the number while theirs has counted two, not committed yet
        CompletableFuture<Void> other;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            other = database.inTransaction(tx -> {
                seen(tx, second, true);
                seen(tx, second, false);
                CompletableFuture<Void> waiting = CompletableFuture.runAsync(
                        () -> database.inTransaction(mineToo -> {
                            seen(mineToo, account, true);
                            return true;
                        }),
                        threads);
                Awaitility.await()
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> tx.first("select 1 from pg_locks where not granted and locktype = 'transactionid'")
                                .isPresent());
                return waiting;
            });
        }

        // Then
        other.get(20, TimeUnit.SECONDS);
        assertThat(revision(message)).isEqualTo(before + 2);
    }

    @Test
    void aProviderThatFilesByItselfIsGivenTheTimeToDoIt() throws Exception {
        // Given
        Link link = link();
        server.gmail = true;
        MailboxName sent = server.folder("Sent");
        folders.refresh(link);
        UUID fresh = accept(appendSent("fresh", Instant.now()));
        UUID old = accept(appendSent("old", Instant.now().minusSeconds(90)));

        // When
        runner.run(link);

        // Then
        scene.awaitMail(account, "command.succeeded", Scene.command(old));
        assertThat(server.of(sent).messages).hasSize(1);
        assertThat(command(fresh).getString("state")).isEqualTo("planned");
        assertThat(command(fresh).getOffsetDateTime("not_before").toInstant()).isAfter(Instant.now());

        // When the provider has filed it
        server.deliver(sent, mail("fresh"), Instant.now());
        database.execute("update command set not_before = now() where id = $1", fresh);
        runner.run(link);

        // Then
        LoggedRecord found = scene.awaitMail(account, "command.succeeded", Scene.command(fresh));
        assertThat(found.data().path("result").asText()).isEqualTo("found_on_server");
        assertThat(server.of(sent).messages).hasSize(2);
    }

    @Test
    void whatIsAskedOfAMessageIsDoneInTheOrderInWhichItWasAsked() throws Exception {
        // Given a first command that has to wait, for its mailbox was renumbered
        Link link = link();
        MailboxName label = server.folder("Later");
        UUID message = received(link, "in order", label);
        server.of(MailboxName.INBOX).uidValidity = 7;
        UUID first = accept(new MailCommand.Archive(UUID.randomUUID(), account, organization, message, person));
        UUID second =
                accept(new MailCommand.RemoveLabel(UUID.randomUUID(), account, organization, message, "Later", person));

        // When
        runner.run(link);
        runner.run(link);

        // Then
        assertThat(command(first).getInteger("attempts")).isEqualTo(1);
        assertThat(command(second).getString("state")).isEqualTo("planned");
        assertThat(command(second).getInteger("attempts")).isZero();
        assertThat(server.of(label).messages).hasSize(1);
        assertThat(commands.nextDue(database, account))
                .contains(command(first).getOffsetDateTime("not_before").toInstant());

        // When its turn has come
        checkInbox(link);
        database.execute("update command set not_before = now() - interval '1 second' where id = $1", first);
        runner.run(link);

        // Then
        scene.awaitMail(account, "command.succeeded", Scene.command(first));
        scene.awaitMail(account, "command.succeeded", Scene.command(second));
    }

    @Test
    void aCommandThatIsSetAsideForLongHoldsNothingUp() throws Exception {
        Link link = link();
        UUID message = received(link, "set aside");
        UUID bad = accept(new MailCommand.MarkRead(UUID.randomUUID(), account, organization, message, person));
        database.execute("update command set payload = '{}' where id = $1", bad);
        runner.run(link);
        UUID next = accept(new MailCommand.MarkUnread(UUID.randomUUID(), account, organization, message, person));

        runner.run(link);

        scene.awaitMail(account, "command.succeeded", Scene.command(next));
    }

    private UUID received(Link link, String subject, MailboxName... beside) throws Exception {
        folders.refresh(link);
        server.deliver(MailboxName.INBOX, mail(subject), OLD);
        checkInbox(link);
        for (MailboxName name : beside) {
            server.deliver(name, mail(subject), OLD);
            check.check(link, mailbox(account, name.raw()).id(), MailboxLook.Depth.COUNTS, MailEvent.Source.LIVE);
        }
        assertThat(count("copy")).isEqualTo(1 + beside.length);
        return onlyMessage();
    }

    private MailboxRow mailbox(UUID of, String name) {
        return mailboxes.ofAccount(database, of).stream()
                .filter(row -> row.path().equals(List.of(name)))
                .findFirst()
                .orElseThrow();
    }

    private void seen(Transaction tx, UUID of, boolean seen) {
        Arrivals.Place place = new Arrivals.Place(
                mailboxes.scope(tx, of, organization), mailbox(of, "INBOX").id(), 1);
        changes.flag(tx, place, List.of(1L), "\\Seen", seen, MailEvent.Source.LIVE);
    }

    private long revision(UUID message) {
        return database.first("select revision from message where id = $1", message)
                .orElseThrow()
                .getLong("revision");
    }

    private Row command(UUID id) {
        return database.first("select * from command where id = $1", id).orElseThrow();
    }
}

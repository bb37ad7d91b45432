package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.database.Database;
import dev.mailroom.testkit.LoggedRecord;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The flow with a full server: QRESYNC, NOTIFY, SPECIAL-USE, LIST-STATUS, MOVE. */
@QuarkusTest
@SyncTest
@EnabledIf("dev.mailroom.testkit.imap.DovecotServer#installed")
class DovecotFlowTest extends OthersFlowContract {
    private static @Nullable LocalServer server;

    @Inject
    @SuppressWarnings("NullAway.Init")
    MeterRegistry metrics;

    @Inject
    @SuppressWarnings("NullAway.Init")
    Database database;

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    @Override
    LocalServer server() throws Exception {
        LocalServer running = server;
        if (running == null) {
            running = new LocalDovecot();
            server = running;
        }
        return running;
    }

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
    void hearsOfOtherMailboxesWithoutAskingForThem() throws Exception {
        // Given
        String user = server().newUser();
        try (ImapSession other = Scene.otherProgram(user, server().port())) {
            MailboxName work =
                    MailboxName.of(List.of("Work"), other.personalNamespace().delimiter(), false);
            other.create(work, null);
            AccountState account = scene.connect(organization, user, server().port(), "none");
            scene.awaitState(account.account(), "live");
            assertThat(push(account)).isEqualTo("notify");
            double before = alarms();

            // When: a sweep may be faster than the announcement, but not every time
            AtomicInteger sent = new AtomicInteger();
            await("a mailbox that the server told of")
                    .atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(700))
                    .until(() -> {
                        int number = sent.incrementAndGet();
                        append(other, work, "work-" + number + "@example.net", "Work " + number, "");
                        scene.awaitMail(account.account(), "message.received", Scene.subject("Work " + number));
                        return alarms() > before;
                    });

            // Then
            assertThat(scene.mailOf(account.account(), "message.received")).hasSize(sent.get());
        }
    }

    @Test
    void whatTheProviderFilesIsOneMessageWhereItLies() throws Exception {
        // Given an account whose provider files
        Connected user = connected();
        UUID account = user.account();
        database.execute("update account set provider_files_at = now() where id = $1", account);
        try (ImapSession other = otherProgram(user)) {
            MailboxName projects = named(other, "Projects");
            other.create(projects, null);

            // When its filter is slower than we are
            append(other, MailboxName.INBOX, "filed@example.net", "Filed", "");
            await("it is seen in INBOX")
                    .until(() -> database.first("select 1 from settling where account_id = $1", account)
                            .isPresent());
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
        AccountState state = Scene.state(organization, account, user.user(), server().port(), "none", 1, 1);
        try (ImapSession other = otherProgram(user)) {
            MailboxName projects = named(other, "Projects");
            other.create(projects, null);
            Map<String, UUID> messages = new HashMap<>();
            for (String name : List.of("contrary", "same", "theirs", "ours", "twice")) {
                messages.put(name, receive(other, account, name));
            }
            scene.publish(new AccountEvent.Paused(Scene.with(state, 2, AccountState.Kind.IMAP, true)));
            scene.awaitState(account, "paused");

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
            scene.publish(new AccountEvent.Resumed(Scene.with(state, 3, AccountState.Kind.IMAP, false)));
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
                FolderAdmin admin = new FolderAdmin(user.user(), server().port())) {
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

    private double alarms() {
        return metrics.counter("mailroom_notify_alarms_total", "outcome", "changed")
                .count();
    }

    private String push(AccountState account) {
        return database.first("select push from account where id = $1", account.account())
                .orElseThrow()
                .getString("push");
    }
}

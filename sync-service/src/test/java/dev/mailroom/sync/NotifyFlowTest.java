package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.database.Database;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** A server that tells of mailboxes that are not selected (NOTIFY). Alone, for what it tells is counted for all accounts together. */
@QuarkusTest
@SyncTest
@EnabledIf("dev.mailroom.testkit.imap.DovecotServer#installed")
@SuppressWarnings("NullAway.Init")
class NotifyFlowTest {
    @Inject
    MeterRegistry metrics;

    @Inject
    Database database;

    @Test
    void hearsOfOtherMailboxesWithoutAskingForThem() throws Exception {
        // Given
        LocalServer server = new LocalDovecot();
        String user = server.newUser();
        try (server;
                Scene scene = new Scene();
                ImapSession other = Scene.otherProgram(user, server.port())) {
            MailboxName work = FlowContract.named(other, "Work");
            other.create(work, null);
            AccountState account = scene.connect(UUID.randomUUID(), user, server.port(), "none");
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
                        FlowContract.append(other, work, "work-" + number + "@example.net", "Work " + number, "");
                        scene.awaitMail(account.account(), "message.received", Scene.subject("Work " + number));
                        return alarms() > before;
                    });

            // Then
            assertThat(scene.mailOf(account.account(), "message.received")).hasSize(sent.get());
        }
    }

    @Test
    void tellsAMoveToInboxOnceAndAtOnce() throws Exception {
        // Given
        LocalServer server = new LocalDovecot();
        String user = server.newUser();
        try (server;
                Scene scene = new Scene();
                ImapSession other = Scene.otherProgram(user, server.port())) {
            MailboxName work = FlowContract.named(other, "Work");
            other.create(work, null);
            AccountState account = scene.connect(UUID.randomUUID(), user, server.port(), "none");
            scene.awaitState(account.account(), "live");
            for (int i = 1; i <= 3; i++) {
                String subject = "Moved " + i;
                FlowContract.append(other, work, "moved-" + i + "@example.net", subject, "");
                scene.awaitMail(account.account(), "message.received", Scene.subject(subject));

                // When
                other.select(work, null);
                other.move(other.searchSince(null), MailboxName.INBOX);

                // Then
                int moves = i;
                await("a move")
                        .atMost(Duration.ofSeconds(15))
                        .until(() ->
                                scene.mailOf(account.account(), "message.moved").size() == moves);
            }
            assertThat(scene.toldOf(account.account(), "message."))
                    .containsExactly(
                            "message.received",
                            "message.moved",
                            "message.received",
                            "message.moved",
                            "message.received",
                            "message.moved");
        }
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

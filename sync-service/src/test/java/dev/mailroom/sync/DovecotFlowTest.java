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
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The flow with a full server: QRESYNC, NOTIFY, SPECIAL-USE, LIST-STATUS, MOVE. */
@QuarkusTest
@SyncTest
@EnabledIf("dev.mailroom.testkit.imap.DovecotServer#installed")
class DovecotFlowTest extends MailFlowContract {
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

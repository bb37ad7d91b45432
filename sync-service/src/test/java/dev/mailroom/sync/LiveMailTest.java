package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.MailboxStatus;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.sync.ownership.Fence;
import dev.mailroom.sync.ownership.FencedException;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The short way of a message that the server has just announced: what it costs, and when it is not taken. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class LiveMailTest extends HandDrivenSession {
    /** Without BEGIN and COMMIT. One more is one more for each message that ever comes. */
    private static final int STATEMENTS_MAX = 16;

    private static final MailboxName PROJECTS = new MailboxName("Projects", '/');

    @Inject
    MeterRegistry metrics;

    @BeforeEach
    void discover() throws MailException {
        server.folder("Projects");
        folders.refresh(link());
        for (MailboxRow row : mailboxes.ofAccount(database, account)) {
            check.check(
                    link(),
                    row.id(),
                    dev.mailroom.sync.mailbox.MailboxLook.Depth.ALL,
                    dev.mailroom.contracts.MailEvent.Source.LIVE);
        }
    }

    @Test
    void aMessageCostsOneFetchAndFewStatements() throws Exception {
        SelectedMailbox inbox = server.select(MailboxName.INBOX, null);
        double least = Double.MAX_VALUE;
        int fetches = server.fetches;
        // Other sessions of the process may send statements of their own meanwhile: the least is ours alone.
        for (int i = 1; i <= 5; i++) {
            server.deliver(MailboxName.INBOX, mail("news " + i), Instant.now());
            double before = statements();
            assertThat(check.takeArrivals(link(), row("INBOX").id(), inbox, i)).isEqualTo(1);
            least = Math.min(least, statements() - before);
        }

        // The question of this test for the mailbox and its account are two.
        assertThat(least - 2).isLessThanOrEqualTo(STATEMENTS_MAX);
        assertThat(server.fetches - fetches).isEqualTo(5);
        assertThat(count("copy")).isEqualTo(5);
        assertThat(check.takeArrivals(link(), row("INBOX").id(), inbox, 5)).isZero();
    }

    @Test
    void aMessageThatIsNotGivenAtOnceIsFetchedByItself() throws Exception {
        SelectedMailbox inbox = server.select(MailboxName.INBOX, null);
        server.deliver(MailboxName.INBOX, mail("large " + "x".repeat(70_000)), Instant.now());
        server.deliver(MailboxName.INBOX, mail("small"), Instant.now());

        assertThat(check.takeArrivals(link(), row("INBOX").id(), inbox, 2)).isEqualTo(2);

        assertThat(count("copy")).isEqualTo(2);
        assertThat(row("INBOX").uidNext()).isEqualTo(3);
    }

    @Test
    void aMessageThatEndsTheConnectionIsFetchedAloneUntilItIsGivenUp() throws Exception {
        SelectedMailbox inbox = server.select(MailboxName.INBOX, null);
        server.poison.add(server.deliver(MailboxName.INBOX, mail("poison"), Instant.now()));
        assertThatThrownBy(() -> check.takeArrivals(link(), row("INBOX").id(), inbox, 1))
                .isInstanceOf(MailException.class);
        for (int i = 0; i < 5; i++) {
            server.reopen();
            assertThatThrownBy(() -> checkInbox(link())).isInstanceOf(MailException.class);
        }
        server.reopen();
        server.select(MailboxName.INBOX, null);
        server.deliver(MailboxName.INBOX, mail("after"), Instant.now());

        assertThat(check.takeArrivals(link(), row("INBOX").id(), inbox, 2)).isEqualTo(2);

        assertThat(count("copy")).isEqualTo(1);
        assertThat(count("quarantine")).isEqualTo(1);
    }

    @Test
    void whatWasAnnouncedAndIsNotAnsweredIsFoundByTheNextLook() throws Exception {
        SelectedMailbox inbox = server.select(MailboxName.INBOX, null);
        server.silent.add(server.deliver(MailboxName.INBOX, mail("late"), Instant.now()));
        server.deliver(MailboxName.INBOX, mail("in time"), Instant.now());

        assertThat(check.takeArrivals(link(), row("INBOX").id(), inbox, 2)).isZero();
        assertThat(count("copy")).isEqualTo(1);

        server.silent.clear();
        checkInbox(link());
        assertThat(count("copy")).isEqualTo(2);
        assertThat(row("INBOX").messages()).isEqualTo(2);
    }

    @Test
    void nothingIsStoredElsewhereBeforeAllOfItIsAnswered() throws Exception {
        server.silent.add(server.deliver(PROJECTS, mail("late"), Instant.now()));
        server.deliver(PROJECTS, mail("in time"), Instant.now());

        assertThat(check.takeElsewhere(link(), row("Projects"), said(2, 3))).isFalse();

        assertThat(count("copy")).isZero();
        assertThat(row("Projects").uidNext()).isEqualTo(1);
    }

    @Test
    void aServerThatDoesNotKnowSizesIsNotAskedForThemAgain() throws Exception {
        SelectedMailbox inbox = server.select(MailboxName.INBOX, null);
        server.unanswered.add(server.deliver(MailboxName.INBOX, mail("other size"), Instant.now()));
        int fetches = server.fetches;
        server.unansweredAtFirst = true;

        assertThat(check.takeArrivals(link(), row("INBOX").id(), inbox, 1)).isEqualTo(1);

        assertThat(server.fetches - fetches).isEqualTo(2);
        assertThat(count("copy")).isEqualTo(1);
    }

    @Test
    void oldMailThatSomebodyMovesIsHistory() throws Exception {
        SelectedMailbox inbox = server.select(MailboxName.INBOX, null);
        server.deliver(MailboxName.INBOX, mail("three years old"), Instant.now().minus(Duration.ofDays(1_095)));

        assertThat(check.takeArrivals(link(), row("INBOX").id(), inbox, 1)).isEqualTo(1);

        scene.awaitMail(account, "message.imported", Scene.subject("three years old"));
        assertThat(scene.toldOf(account, "message.")).containsExactly("message.imported");
    }

    @Test
    void nothingOfAMessageIsWrittenUnderAnOldFence() throws Exception {
        SelectedMailbox inbox = server.select(MailboxName.INBOX, null);
        server.deliver(MailboxName.INBOX, mail("news"), Instant.now());
        Link late = new Link(server, link().account(), new Fence(fence.shard(), fence.epoch() - 1), Instant.now());

        assertThatThrownBy(() -> check.takeArrivals(late, row("INBOX").id(), inbox, 1))
                .isInstanceOf(FencedException.class);

        assertThat(count("copy")).isZero();
        assertThat(count("sighting")).isZero();
        assertThat(row("INBOX").uidNext()).isEqualTo(1);
        assertThat(check.takeArrivals(link(), row("INBOX").id(), inbox, 1)).isEqualTo(1);
        assertThat(scene.awaitMail(account, "message.received", Scene.subject("news")))
                .isNotNull();
    }

    @Test
    void mailElsewhereIsTakenInWhereTheServerToldOfIt() throws Exception {
        server.deliver(PROJECTS, mail("offer"), Instant.now());
        int selects = server.selects;

        assertThat(check.takeElsewhere(link(), row("Projects"), said(1, 2))).isTrue();

        assertThat(server.selects - selects).isEqualTo(1);
        assertThat(scene.awaitMail(account, "message.received", Scene.subject("offer"))
                        .data()
                        .path("provider_filed")
                        .asBoolean())
                .isTrue();
        assertThat(row("Projects").uidNext()).isEqualTo(2);
    }

    @Test
    void aMessageThatTheAccountKnowsIsLookedAtClosely() throws Exception {
        server.deliver(MailboxName.INBOX, mail("moved"), Instant.now());
        checkInbox(link());
        server.deliver(PROJECTS, mail("moved"), Instant.now());

        assertThat(check.takeElsewhere(link(), row("Projects"), said(1, 2))).isFalse();

        assertThat(count("copy")).isEqualTo(1);
        assertThat(row("Projects").uidNext()).isEqualTo(1);
    }

    @Test
    void countersThatSayMoreThanGrowthAreLookedAtClosely() throws Exception {
        server.deliver(PROJECTS, mail("one"), Instant.now());
        server.deliver(PROJECTS, mail("two"), Instant.now());
        server.of(PROJECTS).messages.remove(1L);

        assertThat(check.takeElsewhere(link(), row("Projects"), said(1, 3))).isFalse();
        assertThat(check.takeElsewhere(link(), row("Projects"), said(0, 1))).isFalse();
        assertThat(check.takeElsewhere(link(), row("Projects"), said(2, 3))).isFalse();
        assertThat(check.takeElsewhere(link(), row("Projects"), new MailboxStatus(1, 0, 2, 77, 0)))
                .isFalse();

        assertThat(count("copy")).isZero();
    }

    private static MailboxStatus said(long messages, long uidNext) {
        return new MailboxStatus(messages, -1, uidNext, 0, 0);
    }

    private double statements() {
        return metrics.get("mailroom_sync_statements").functionCounter().count();
    }
}

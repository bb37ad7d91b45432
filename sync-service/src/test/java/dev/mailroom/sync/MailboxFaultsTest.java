package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.MailboxStatus;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.history.HistoryImport;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.sync.session.MailboxSweep;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Mailboxes and messages that a server does not hand out as it should. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class MailboxFaultsTest extends HandDrivenSession {
    @Inject
    MailboxSweep sweep;

    @Test
    void aMessageThatEndsEveryConnectionIsGivenUpAndTheOthersComeIn() throws Exception {
        folders.refresh(link());
        server.deliver(MailboxName.INBOX, mail("before"), Instant.now());
        server.poison.add(server.deliver(MailboxName.INBOX, mail("poison"), Instant.now()));
        server.deliver(MailboxName.INBOX, mail("after"), Instant.now());

        // Once together, then five times alone.
        for (int i = 0; i < 6; i++) {
            server.reopen();
            assertThatThrownBy(() -> checkInbox(link())).isInstanceOf(MailException.class);
            assertThat(count("quarantine")).isZero();
        }
        server.reopen();
        checkInbox(link());

        assertThat(count("copy")).isEqualTo(2);
        assertThat(database.first("select uid, reason from quarantine where account_id = $1", account)
                        .orElseThrow())
                .satisfies(row -> {
                    assertThat(row.getLong("uid")).isEqualTo(2);
                    assertThat(row.getString("reason")).isEqualTo("not_fetched");
                });
        checkInbox(link());
    }

    @Test
    void whatTheServerSaysOfDraftsIsNoAlarm() throws Exception {
        server.folder("Drafts");
        server.folder("Projects");
        folders.refresh(link());
        int selects = server.selects;
        MailboxStatus saved = new MailboxStatus(1, 0, 2, 0, 0);

        assertThat(sweep.follow(link(), Map.of("Drafts", saved))).isEmpty();
        assertThat(server.selects).isEqualTo(selects);

        server.deliver(server.folder("Projects"), mail("offer"), Instant.now());
        assertThat(sweep.follow(link(), Map.of("Drafts", saved, "Projects", saved)))
                .contains(true);
        assertThat(count("copy")).isEqualTo(1);
    }

    @Test
    void aConnectionThatWasLostOnceLosesNoMessage() throws Exception {
        folders.refresh(link());
        server.poison.add(server.deliver(MailboxName.INBOX, mail("unlucky"), Instant.now()));
        server.deliver(MailboxName.INBOX, mail("other"), Instant.now());
        assertThatThrownBy(() -> checkInbox(link())).isInstanceOf(MailException.class);
        server.poison.clear();
        server.reopen();

        checkInbox(link());

        assertThat(count("copy")).isEqualTo(2);
        assertThat(count("quarantine")).isZero();
    }

    @Test
    void mailIsToldInOrderAlsoWhenAConnectionWasLostInTheMiddleOfIt() throws Exception {
        folders.refresh(link());
        server.deliver(MailboxName.INBOX, mail("first"), Instant.now());
        server.poison.add(server.deliver(MailboxName.INBOX, mail("second"), Instant.now()));
        server.deliver(MailboxName.INBOX, mail("third"), Instant.now());
        assertThatThrownBy(() -> checkInbox(link())).isInstanceOf(MailException.class);
        server.poison.clear();
        server.reopen();

        checkInbox(link());

        scene.awaitMail(account, "message.received", Scene.subject("third"));
        assertThat(scene.mailOf(account, "message.received"))
                .extracting(
                        record -> record.data().path("message").path("subject").asText())
                .containsExactly("first", "second", "third");
    }

    @Test
    void aMailboxThatIsAwayLeavesTheOthersAlone() throws Exception {
        // Given
        MailboxName shared = server.folder("Shared");
        Link link = link();
        server.deliver(shared, mail("in the broken one"), OLD);
        server.deliver(MailboxName.INBOX, mail("old"), OLD);
        server.refused.put(shared, Category.UNAVAILABLE);
        folders.refresh(link);
        HistoryImport importing = history.over(link());

        // When
        for (MailboxRow row : mailboxes.ofAccount(database, account)) {
            check.check(link, row.id(), MailboxLook.Depth.ALL, MailEvent.Source.LIVE);
        }
        while (importing.slice()) {
            assertThat(server.isOpen()).isTrue();
        }

        // Then
        assertThat(count("copy")).isEqualTo(1);
        assertThat(history.isPending(link)).isFalse();
        assertThat(stateOf("Shared")).isEqualTo("unplanned");
        assertThat(importState()).isEqualTo("running");
    }

    @Test
    void anInboxThatIsAwayIsAFailureOfTheAccount() throws Exception {
        folders.refresh(link());
        server.refused.put(MailboxName.INBOX, Category.UNAVAILABLE);

        assertThatThrownBy(() -> checkInbox(link())).isInstanceOf(MailException.class);
    }

    @Test
    void aServerThatThrottlesIsAFailureOfTheAccount() throws Exception {
        MailboxName busy = server.folder("Busy");
        folders.refresh(link());
        server.refused.put(busy, Category.THROTTLED);

        assertThatThrownBy(() -> check.check(link(), row("Busy").id(), MailboxLook.Depth.ALL, MailEvent.Source.LIVE))
                .isInstanceOf(MailException.class);
    }

    @Test
    void whatWasThereBeforeIsHistoryAlsoIfTheServerNamesNoNextUid() throws Exception {
        // Given
        server.saysUidNext = false;
        server.deliver(MailboxName.INBOX, mail("old one"), OLD);
        server.deliver(MailboxName.INBOX, mail("old two"), OLD);
        Link link = link();
        folders.refresh(link);

        // When
        checkInbox(link);
        server.deliver(MailboxName.INBOX, mail("new"), Instant.now());
        checkInbox(link);
        HistoryImport importing = history.over(link);
        while (importing.slice()) {
            assertThat(server.isOpen()).isTrue();
        }

        // Then
        scene.awaitMail(account, "message.received", Scene.subject("new"));
        scene.awaitMail(account, "message.imported", Scene.subject("old one"));
        scene.awaitMail(account, "message.imported", Scene.subject("old two"));
        assertThat(scene.mailOf(account, "message.received")).hasSize(1);
    }

    @Test
    void theImportStopsWhenTheMailboxIsRenumbered() throws Exception {
        // Given
        for (int i = 0; i < 600; i++) {
            server.deliver(MailboxName.INBOX, mail("old " + i), OLD);
        }
        folders.refresh(link());
        HistoryImport importing = history.over(link());
        importing.slice();
        importing.slice();
        server.of(MailboxName.INBOX).uidValidity = 99;

        // When
        importing.slice();

        // Then
        assertThat(count("copy")).isEqualTo(250);
        assertThat(stateOf("INBOX")).isEqualTo("planned");
    }

    @Test
    void moreChangesThanTheServerNamesAreFoundByComparingAll() throws Exception {
        // Given
        server.modSeq = 5;
        folders.refresh(link());
        server.deliver(MailboxName.INBOX, mail("first"), Instant.now());
        checkInbox(link());
        server.of(MailboxName.INBOX).messages.firstEntry().getValue().flags().add("\\Seen");
        server.deliver(MailboxName.INBOX, mail("second"), Instant.now());
        server.modSeq = 9;

        // When
        checkInbox(link());

        // Then
        assertThat(count("copy")).isEqualTo(2);
        assertThat(database.query("select 1 from copy where account_id = $1 and seen", account))
                .hasSize(1);
        assertThat(row("INBOX").highestModSeq()).isEqualTo(9);
    }

    @Test
    void whatTheLastLookFoundIsTakenInWithoutSelectingAgain() throws Exception {
        folders.refresh(link());
        server.deliver(MailboxName.INBOX, mail("found"), Instant.now());
        Link link = link();
        MailboxLook.Found found = check.look(link, row("INBOX").id(), MailboxLook.Depth.COUNTS, MailEvent.Source.LIVE)
                .orElseThrow();
        int before = server.selects;

        check.takeSelected(link, found, MailEvent.Source.LIVE);

        assertThat(count("copy")).isEqualTo(1);
        assertThat(server.selects).isEqualTo(before);
    }

    private String stateOf(String name) {
        return row(name).importState();
    }

    private String importState() {
        return database.first("select import_state from account where id = $1", account)
                .orElseThrow()
                .getString("import_state");
    }
}

package dev.mailroom.sync;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.mailclient.imap.SpecialUse;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another program puts mail into INBOX that lay in another mailbox, and INBOX is the first where it is seen. */
@QuarkusTest
@SyncTest
class MovedToInboxTest extends HandDrivenSession {
    private final byte[] content = mail("subject");

    @BeforeEach
    void openMailboxes() throws Exception {
        for (String name : new String[] {"Work", "Trash", "Junk", "Archive", "Sent"}) {
            server.folder(name);
        }
        server.specialUses.put(server.folder("Everything"), SpecialUse.ALL);
        folders.refresh(link());
        lookAtAll();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Work", "Trash", "Junk", "Archive", "Sent"})
    void isToldAsOneMoveWhenItIsAnnounced(String name) throws Exception {
        long uid = put(name);
        SelectedMailbox inbox = server.select(MailboxName.INBOX, null);

        moveToInbox(name, uid);
        check.takeArrivals(link(), row("INBOX").id(), inbox, 1);

        movedOnce(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Work", "Sent"})
    void isToldAsOneMoveWhenInboxIsLookedAt(String name) throws Exception {
        long uid = put(name);

        moveToInbox(name, uid);
        look("INBOX", MailboxLook.Depth.COUNTS);

        movedOnce(name);
    }

    private void movedOnce(String name) throws MailException {
        lookAtAll();
        settle(link());
        assertThat(told().stream().filter(type -> !type.equals("message.updated")))
                .containsExactly("message.received", "message.moved");
        LoggedRecord moved = scene.mailOf(account, "message.moved").getLast();
        assertThat(moved.data().path("from").path("id").asText())
                .isEqualTo(row(name).id().toString());
        assertThat(moved.data().path("to").path("role").asText()).isEqualTo("inbox");
        assertThat(count("copy")).isEqualTo(1);
        assertThat(row("INBOX").messages()).isEqualTo(1);
    }

    @Test
    void whatWasSentAndIsReceivedIsTwoPiecesOfNewsAsLongAsBothExist() throws Exception {
        put("Sent");
        SelectedMailbox inbox = server.select(MailboxName.INBOX, null);

        server.deliver(MailboxName.INBOX, content, Instant.now());
        check.takeArrivals(link(), row("INBOX").id(), inbox, 1);

        assertThat(told()).containsExactly("message.received", "message.received");
    }

    @Test
    void whatStaysWhereItLayIsToldToLieInInboxToo() throws Exception {
        put("Trash");
        SelectedMailbox inbox = server.select(MailboxName.INBOX, null);

        server.deliver(MailboxName.INBOX, content, Instant.now());
        check.takeArrivals(link(), row("INBOX").id(), inbox, 1);

        assertThat(told()).containsExactly("message.received", "message.copy_linked");
    }

    @Test
    void whatCameToTheOtherMailboxMeanwhileIsTakenInToo() throws Exception {
        long uid = put("Trash");
        SelectedMailbox inbox = server.select(MailboxName.INBOX, null);

        moveToInbox("Trash", uid);
        server.deliver(new MailboxName("Trash", '/'), mail("another"), Instant.now());
        server.deliver(MailboxName.INBOX, mail("news"), Instant.now());
        check.takeArrivals(link(), row("INBOX").id(), inbox, 2);

        assertThat(told())
                .containsExactlyInAnyOrder("message.received", "message.moved", "message.received", "message.received");
        assertThat(count("copy")).isEqualTo(3);
        assertThat(row("Trash").uidNext()).isEqualTo(3);
    }

    @Test
    void newMailCostsNoLookElsewhere() throws Exception {
        put("Work");
        SelectedMailbox inbox = server.select(MailboxName.INBOX, null);
        int selects = server.selects;
        int fetches = server.fetches;

        server.deliver(MailboxName.INBOX, mail("news"), Instant.now());
        assertThat(check.takeArrivals(link(), row("INBOX").id(), inbox, 1)).isEqualTo(1);

        assertThat(server.selects - selects).isZero();
        assertThat(server.fetches - fetches).isEqualTo(1);
    }

    @Test
    void whereAllMailLiesIsNotLookedAt() throws Exception {
        put("Everything");
        SelectedMailbox inbox = server.select(MailboxName.INBOX, null);
        int selects = server.selects;

        server.deliver(MailboxName.INBOX, content, Instant.now());
        check.takeArrivals(link(), row("INBOX").id(), inbox, 1);

        assertThat(server.selects - selects).isEqualTo(1);
        assertThat(told()).containsExactly("message.received", "message.copy_linked");
    }

    @Test
    void ofManyMailboxesAFewAreLookedAtAndAmongThemTheSentMail() throws Exception {
        List<String> names = new ArrayList<>(List.of("Sent"));
        for (int i = 0; i < 10; i++) {
            names.add("Label " + i);
            server.folder("Label " + i);
        }
        folders.refresh(link());
        lookAtAll();
        for (String name : names) {
            put(name);
        }
        SelectedMailbox inbox = server.select(MailboxName.INBOX, null);
        int selects = server.selects;

        moveToInbox("Sent", 1);
        check.takeArrivals(link(), row("INBOX").id(), inbox, 1);

        assertThat(server.selects - selects).isEqualTo(6);
        assertThat(told()).contains("message.moved").doesNotContain("message.copy_linked");
    }

    private void lookAtAll() throws MailException {
        for (MailboxRow row : mailboxes.ofAccount(database, account)) {
            check.check(link(), row.id(), MailboxLook.Depth.COUNTS, MailEvent.Source.LIVE);
        }
    }

    private long put(String name) throws MailException {
        long uid = server.deliver(new MailboxName(name, '/'), content, Instant.now());
        look(name, MailboxLook.Depth.COUNTS);
        return uid;
    }

    private void moveToInbox(String name, long uid) {
        MailboxName from = new MailboxName(name, '/');
        FakeImapSession.Stored moved = requireNonNull(server.of(from).messages.get(uid));
        server.takeAway(from, uid);
        server.deliver(MailboxName.INBOX, moved.content(), moved.date());
    }
}

package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mail that comes back after everybody was told that no copy of it is left. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class ReturnedMailTest extends HandDrivenSession {
    private final byte[] content = mail("subject");
    private final Instant date = Instant.now();
    private MailboxName sent;
    private MailboxName label;

    @BeforeEach
    void openMailboxes() throws Exception {
        sent = server.folder("Sent");
        label = server.folder("Later");
        folders.refresh(link());
    }

    @Test
    void isToldWithItsContentUnderTheIdThatItHad() throws Exception {
        takeAway(MailboxName.INBOX, put(MailboxName.INBOX, date));
        settle(link());
        put(MailboxName.INBOX, date);

        assertThat(told()).containsExactly("message.received", "message.deleted", "message.received");
        List<LoggedRecord> received = scene.mailOf(account, "message.received");
        assertThat(received.getLast().data().path("message"))
                .isEqualTo(received.getFirst().data().path("message"));
        assertThat(received.getLast().data().path("message").path("text").asText())
                .contains("About subject");
        assertThat(received).extracting(LoggedRecord::id).doesNotHaveDuplicates();
    }

    @Test
    void isToldWithItsContentEachTime() throws Exception {
        for (int i = 0; i < 3; i++) {
            takeAway(MailboxName.INBOX, put(MailboxName.INBOX, date));
            settle(link());
        }

        assertThat(told())
                .containsExactly(
                        "message.received",
                        "message.deleted",
                        "message.received",
                        "message.deleted",
                        "message.received",
                        "message.deleted");
        assertThat(scene.mail.recordsToEnd().stream()
                        .filter(record -> account.toString().equals(record.key())))
                .extracting(LoggedRecord::id)
                .doesNotHaveDuplicates();
    }

    @Test
    void isHistoryIfItIsOlderThanTheAccount() throws Exception {
        Instant old = Instant.now().minus(Duration.ofHours(2));
        takeAway(MailboxName.INBOX, put(MailboxName.INBOX, old));
        settle(link());
        put(MailboxName.INBOX, old);

        assertThat(told()).containsExactly("message.received", "message.deleted", "message.imported");
    }

    @Test
    void isHistoryIfItWasDeliveredLongAgo() throws Exception {
        database.execute("update account set created_at = now() - interval '60 days' where id = $1", account);
        Instant old = Instant.now().minus(Duration.ofDays(20));
        takeAway(MailboxName.INBOX, put(MailboxName.INBOX, old));
        settle(link());
        put(MailboxName.INBOX, old);

        assertThat(told()).containsExactly("message.received", "message.deleted", "message.imported");
    }

    @Test
    void isToldWhereItLiesAmongTheSentMail() throws Exception {
        takeAway(sent, put(sent, date));
        settle(link());
        put(sent, date);

        assertThat(told()).containsExactly("message.received", "message.deleted", "message.received");
        assertThat(scene.mailOf(account, "message.received")
                        .getLast()
                        .data()
                        .path("mailbox")
                        .path("role")
                        .asText())
                .isEqualTo("sent");
    }

    @Test
    void isToldOnceIfItComesBackToSeveralMailboxes() throws Exception {
        takeAway(MailboxName.INBOX, put(MailboxName.INBOX, date));
        settle(link());
        server.deliver(MailboxName.INBOX, content, date);
        put(MailboxName.INBOX, date);
        put(label, date);

        assertThat(told())
                .containsExactly("message.received", "message.deleted", "message.received", "message.updated");
    }

    @Test
    void waitsUntilItHasSettledWhereTheProviderFiles() throws Exception {
        takeAway(MailboxName.INBOX, put(MailboxName.INBOX, date));
        settle(link());
        database.execute("update account set provider_files_at = now() where id = $1", account);
        put(MailboxName.INBOX, date);

        assertThat(told()).containsExactly("message.received", "message.deleted");
        assertThat(count("settling")).isEqualTo(1);
    }

    @Test
    void ofSeveralCopiesTheLastOneIsSaidToBeTheLast() throws Exception {
        long first = put(MailboxName.INBOX, date);
        long second = put(label, date);
        takeAway(MailboxName.INBOX, first);
        takeAway(label, second);
        settle(link());
        put(label, date);

        assertThat(told())
                .containsExactly(
                        "message.received",
                        "message.updated",
                        "message.deleted",
                        "message.deleted",
                        "message.received");
        assertThat(scene.mailOf(account, "message.deleted"))
                .extracting(record -> record.data().path("last_copy").asBoolean())
                .containsExactly(false, true);
    }

    @Test
    void isLinkedIfAnotherAccountHadItAllTheTime() throws Exception {
        UUID colleague = UUID.randomUUID();
        store(colleague, "1y");
        FakeImapSession other = new FakeImapSession();
        Link link = new Link(other, accounts.find(database, colleague).orElseThrow(), fence, Instant.now());
        folders.refresh(link);
        other.deliver(MailboxName.INBOX, content, date);
        mailboxes.ofAccount(database, colleague).forEach(row -> {
            try {
                check.check(link, row.id(), MailboxLook.Depth.COUNTS, dev.mailroom.contracts.MailEvent.Source.LIVE);
            } catch (MailException e) {
                throw new IllegalStateException(e);
            }
        });
        takeAway(MailboxName.INBOX, put(MailboxName.INBOX, date));
        settle(link());
        put(MailboxName.INBOX, date);

        assertThat(told())
                .containsExactly("message.received", "message.deleted", "message.copy_linked", "message.updated");
        assertThat(scene.mailOf(account, "message.deleted")
                        .getFirst()
                        .data()
                        .path("last_copy")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void isToldByAnotherAccountOfHistoryTooIfNobodyHadItAnyMore() throws Exception {
        takeAway(MailboxName.INBOX, put(MailboxName.INBOX, date));
        settle(link());
        UUID first = account;
        database.inTransaction(tx -> accounts.apply(tx, SHARD, new AccountEvent.Removed(first, organization, 9)));
        account = UUID.randomUUID();
        store(account, "1y");
        folders.refresh(link());
        server.deliver(MailboxName.INBOX, content, date.minus(Duration.ofDays(30)));
        look("INBOX", MailboxLook.Depth.ALL);

        assertThat(told()).containsExactly("message.imported");
    }

    private long put(MailboxName mailbox, Instant at) throws MailException {
        long uid = server.deliver(mailbox, content, at);
        look(mailbox.raw(), MailboxLook.Depth.ALL);
        return uid;
    }

    private void takeAway(MailboxName mailbox, long uid) throws MailException {
        server.takeAway(mailbox, uid);
        look(mailbox.raw(), MailboxLook.Depth.ALL);
    }
}

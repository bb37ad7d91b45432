package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Mail that lies among the sent mail as well, or goes there, while it settles. */
@QuarkusTest
@SyncTest
class SettlingSentMailTest extends SettlingScene {
    @Test
    void whatIsMovedToTheSentMailIsToldThere() throws Exception {
        providerFiles();
        MailboxName sent = server.folder("Sent");
        folders.refresh(link());
        long uid = server.deliver(MailboxName.INBOX, mail("mine"), Instant.now());
        look("INBOX", MailboxLook.Depth.COUNTS);

        moveOnServer(MailboxName.INBOX, uid, sent);
        look("INBOX", MailboxLook.Depth.COUNTS);
        look("Sent", MailboxLook.Depth.COUNTS);
        settle(link());
        timeIsUp();
        tellDue(link());

        LoggedRecord received = scene.awaitMail(account, "message.received", Scene.subject("mine"));
        assertThat(received.data().path("mailbox").path("role").asText()).isEqualTo("sent");
        assertThat(received.data().path("provider_filed").asBoolean()).isFalse();
        assertThat(mailSoFar()).containsExactly("message.received");
        assertThat(count("settling")).isZero();
    }

    @Test
    void aCopyAmongTheSentMailIsToldIfTheReceivedOneGoesBeforeItIsTold() throws Exception {
        providerFiles();
        MailboxName sent = server.folder("Sent");
        folders.refresh(link());
        long uid = server.deliver(MailboxName.INBOX, mail("to myself"), Instant.now());
        look("INBOX", MailboxLook.Depth.COUNTS);
        server.deliver(sent, mail("to myself"), Instant.now());
        look("Sent", MailboxLook.Depth.COUNTS);

        server.of(MailboxName.INBOX).messages.remove(uid);
        look("INBOX", MailboxLook.Depth.COUNTS);
        settle(link());
        assertThat(count("settling")).isEqualTo(1);
        timeIsUp();
        tellDue(link());

        LoggedRecord received = scene.awaitMail(account, "message.received", Scene.subject("to myself"));
        assertThat(received.data().path("mailbox").path("role").asText()).isEqualTo("sent");
        assertThat(mailSoFar()).containsExactly("message.received");
    }

    @Test
    void aSentCopyThatWasToldIsNotToldAgainWhenTheReceivedOneGoes() throws Exception {
        providerFiles();
        MailboxName sent = server.folder("Sent");
        folders.refresh(link());
        server.deliver(sent, mail("told"), Instant.now());
        look("Sent", MailboxLook.Depth.COUNTS);
        long uid = server.deliver(MailboxName.INBOX, mail("told"), Instant.now());
        look("INBOX", MailboxLook.Depth.COUNTS);

        server.of(MailboxName.INBOX).messages.remove(uid);
        look("INBOX", MailboxLook.Depth.COUNTS);
        settle(link());
        timeIsUp();
        tellDue(link());

        assertThat(count("settling")).isZero();
        assertThat(mailSoFar()).containsExactly("message.received");
    }

    @Test
    void whatChangesAmongTheSentMailIsToldAlsoWhileTheReceivedOneWaits() throws Exception {
        providerFiles();
        MailboxName sent = server.folder("Sent");
        folders.refresh(link());
        long known = server.deliver(sent, mail("told"), Instant.now());
        look("Sent", MailboxLook.Depth.COUNTS);
        long uid = server.deliver(MailboxName.INBOX, mail("told"), Instant.now());
        look("INBOX", MailboxLook.Depth.COUNTS);

        Objects.requireNonNull(server.of(sent).messages.get(known)).flags().add("\\Flagged");
        Objects.requireNonNull(server.of(MailboxName.INBOX).messages.get(uid))
                .flags()
                .add("\\Seen");
        look("Sent", MailboxLook.Depth.ALL);
        look("INBOX", MailboxLook.Depth.ALL);
        server.of(MailboxName.INBOX).messages.remove(uid);
        look("INBOX", MailboxLook.Depth.COUNTS);
        settle(link());

        LoggedRecord updated = scene.awaitMail(account, "message.updated", any -> true);
        assertThat(updated.data().path("flagged").asBoolean()).isTrue();
        assertThat(updated.data().path("unread").asBoolean()).isTrue();
        assertThat(count("settling")).isZero();
        assertThat(mailSoFar()).containsExactly("message.received", "message.updated");
    }
}

package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.Topics;
import dev.mailroom.mailclient.net.TrustedCertificates;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.TestPostgres;
import dev.mailroom.testkit.agreement.Agreement;
import dev.mailroom.testkit.imap.DovecotServer;
import dev.mailroom.testkit.imap.RawImapClient;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** A real server is put back to what it was some time ago, and goes on from there. */
@QuarkusTest
@SyncTest
@EnabledIf("dev.mailroom.testkit.imap.DovecotServer#installed")
class RestoredServerTest {
    private static final Duration AGREE_MAX = Duration.ofSeconds(40);
    private static final Set<String> DRAFTS = Set.of("Drafts");

    private final String user = "u" + UUID.randomUUID().toString().substring(0, 8);

    @Test
    void whatWasLostIsDeletedAndNumbersThatAreGivenOutAgainMeanOtherMessages() throws Exception {
        try (DovecotServer server = CapabilityProfile.FULL.start();
                Scene scene = new Scene();
                KafkaLog events = KafkaLog.fromNow(Topics.MAIL_EVENTS)) {
            AccountState account = scene.connect(UUID.randomUUID(), user, server.tlsPort(), "none");
            scene.awaitState(account.account(), "live");
            Agreement agreement =
                    new Agreement(TestPostgres.shared().database("sync"), account.account(), events, DRAFTS);
            Path maildir = server.maildir(user);
            Path backup = maildir.resolveSibling(user + "-backup");

            // Given: a backup, and mail that came and moved after it
            try (RawImapClient other = other(server)) {
                other.run("CREATE Work");
                deliver(other, "INBOX", 0, 10);
                agreement.comes(other, AGREE_MAX, "before the backup");
                copy(maildir, backup);
                deliver(other, "INBOX", 10, 16);
                other.run("SELECT INBOX");
                other.run("UID MOVE 2:4 Work");
                agreement.comes(other, AGREE_MAX, "after the backup");
            }

            // When
            server.administer("kick", user);
            run("rm", "-rf", maildir.toString());
            copy(backup, maildir);

            // Then
            try (RawImapClient other = other(server)) {
                deliver(other, "INBOX", 20, 24);
                agreement.comes(other, AGREE_MAX, "after the restore");
            }
            assertThat(scene.mail.recordsToEnd().stream()
                            .filter(record -> account.account().toString().equals(record.key()))
                            .filter(record -> record.type().endsWith("mailbox.reset.v1")))
                    .isNotEmpty();
        }
    }

    private RawImapClient other(DovecotServer server) throws IOException {
        return new RawImapClient(
                TrustedCertificates.load(Scene.folder().resolve("authority.pem"))
                        .sslContext()
                        .getSocketFactory()
                        .createSocket("127.0.0.1", server.tlsPort()),
                user,
                Scene.PASSWORD);
    }

    private void deliver(RawImapClient other, String mailbox, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            other.append(
                    mailbox,
                    "",
                    Scene.mail("restored-" + i + "-" + user + "@example.net", "Mail " + i, "", "Mail " + i));
        }
    }

    /** With owners and times, as a backup keeps them. */
    private static void copy(Path from, Path to) throws Exception {
        run("cp", "-a", from.toString(), to.toString());
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }
}

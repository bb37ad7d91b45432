package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.testkit.LoggedRecord;
import dev.mailroom.testkit.imap.DovecotServer;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real server that cannot read a message of its own, and ends the connection at each fetch of it. */
@QuarkusTest
@SyncTest
@EnabledIf("dev.mailroom.testkit.imap.DovecotServer#installed")
class UnreadableMessageTest {
    private static final Set<PosixFilePermission> NOBODY = PosixFilePermissions.fromString("---------");

    private final String user = "u" + UUID.randomUUID().toString().substring(0, 8);

    /** @param named whether the name of its file says its size: where it does not, the server has to open it for that already */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void goesToQuarantineWhileTheAccountGoesOnAndNothingIsSaidOfIt(boolean named) throws Exception {
        try (DovecotServer server = DovecotServer.start(Scene.serverCertificate());
                Scene scene = new Scene()) {
            UUID account = liveAccount(scene, server);

            // When
            unreadable(server.maildir(user), named);
            deliver(server, MailboxName.INBOX, "beside it");
            deliver(server, MailboxName.of(List.of("Archive"), '/', false), "elsewhere");

            // Then
            scene.awaitMail(account, "message.quarantined", record -> true);
            scene.awaitMail(account, "message.received", Scene.subject("beside it"));
            scene.awaitMail(account, "message.received", Scene.subject("elsewhere"));
            deliver(server, MailboxName.INBOX, "afterwards");
            scene.awaitMail(account, "message.received", Scene.subject("afterwards"));
            assertThat(saidOf(scene, account)).containsOnly("connecting", "importing", "live");
        }
    }

    private UUID liveAccount(Scene scene, DovecotServer server) {
        AccountState account = scene.connect(UUID.randomUUID(), user, server.tlsPort(), "none");
        scene.awaitState(account.account(), "live");
        return account.account();
    }

    private static void unreadable(Path maildir, boolean named) throws Exception {
        byte[] mail = Scene.mail("unreadable@example.net", "Unreadable", "", "Nobody reads this.");
        String size = named ? ",S=" + mail.length + ",W=" + mail.length : "";
        Path file = maildir.resolve("tmp").resolve("1700000000.M1P1.example" + size);
        Files.write(file, mail);
        Files.setPosixFilePermissions(file, NOBODY);
        Files.move(file, maildir.resolve("new").resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }

    private void deliver(DovecotServer server, MailboxName mailbox, String subject) throws Exception {
        try (ImapSession other = Scene.otherProgram(user, server.tlsPort())) {
            other.append(
                    mailbox,
                    Scene.mail(subject.replace(" ", "-") + "@example.net", subject, "", "Text"),
                    Set.of(),
                    Instant.now());
        }
    }

    private static Set<String> saidOf(Scene scene, UUID account) {
        return scene.status.recordsToEnd().stream()
                .filter(record -> account.toString().equals(record.key()))
                .filter(record -> record.type().endsWith("sync.state_changed.v1"))
                .map(UnreadableMessageTest::stateOf)
                .collect(Collectors.toSet());
    }

    private static String stateOf(LoggedRecord record) {
        return record.data().path("state").asText();
    }
}

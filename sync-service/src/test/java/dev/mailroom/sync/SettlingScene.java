package dev.mailroom.sync;

import static java.util.Objects.requireNonNull;

import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.session.SettledMail;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** An account whose provider may file mail after it came, and the time that passes meanwhile. */
@SuppressWarnings("NullAway.Init")
abstract class SettlingScene extends HandDrivenSession {
    @Inject
    SettledMail settled;

    MailboxName projects;

    @BeforeEach
    void openMailboxes() throws Exception {
        projects = server.folder("Projects");
        server.folder("Archive");
        server.folder("Trash");
        folders.refresh(link());
    }

    void providerFiles() {
        database.execute("update account set provider_files_at = now() where id = $1", account);
    }

    void timeIsUp() {
        database.execute(
                "update settling set settles_at = settles_at - interval '1 minute' where account_id = $1", account);
    }

    void tellDue(Link link) {
        settled.tell(link.account(), link.fence());
    }

    void moveOnServer(MailboxName from, long uid, MailboxName to) {
        FakeImapSession.Stored moved = requireNonNull(server.of(from).messages.remove(uid));
        server.deliver(to, moved.content(), moved.date());
    }

    List<String> mailSoFar() {
        return scene.toldOf(account, "message.");
    }
}

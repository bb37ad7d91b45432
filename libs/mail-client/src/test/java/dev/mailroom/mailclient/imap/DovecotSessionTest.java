package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.testkit.imap.DovecotServer;
import dev.mailroom.testkit.imap.RawImapClient;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract with Dovecot: QRESYNC, LIST-STATUS without the name, SPECIAL-USE. */
class DovecotSessionTest implements ImapResyncContract {
    private static final AtomicInteger USERS = new AtomicInteger();
    private static DovecotServer server;

    @BeforeAll
    static void start() throws Exception {
        boolean required = Boolean.parseBoolean(System.getenv("CI"));
        Assumptions.assumeTrue(required || DovecotServer.installed(), "dovecot is not installed on this machine");
        server = DovecotServer.start(LocalServers.CERTIFICATE);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    public Endpoint endpoint() {
        return LocalServers.tls(server.tlsPort());
    }

    @Override
    public String newUser() {
        return "user" + USERS.incrementAndGet();
    }

    @Override
    public String password() {
        return DovecotServer.PASSWORD;
    }

    @Test
    void logsInAfterStartTls() throws Exception {
        try (ImapSession session = LocalServers.connector()
                .connect(LocalServers.startTls(server.port()), LocalServers.credentials(newUser(), password()))) {
            assertThat(session.supports("QRESYNC")).isTrue();
            assertThat(session.serverIdentity()).containsEntry("name", "Dovecot");
        }
    }

    @Test
    void goesOnToTellOfMailboxesWhenItIsAskedAgain() throws Exception {
        String user = newUser();
        try (ImapSession watching = connect(user);
                ImapSession other = connect(user)) {
            assertThat(watching.watchAll()).isTrue();
            watching.select(MailboxName.INBOX, null);
            watching.list();
            for (String name : List.of("First", "Second", "Third")) {
                assertThat(watching.watchAll()).isTrue();
                watching.list();
                watching.drainUpdates();
                other.create(new MailboxName(name, '/'), null);

                assertThat(watching.awaitChange(Duration.ofSeconds(10)))
                        .as(name)
                        .contains(new MailboxUpdate.Mailboxes());
            }
        }
    }

    @Test
    void listsSpecialUse() throws Exception {
        try (ImapSession session = connect(newUser())) {
            assertThat(session.list())
                    .extracting(ListedMailbox::specialUse)
                    .contains(
                            SpecialUse.SENT, SpecialUse.TRASH, SpecialUse.DRAFTS, SpecialUse.ARCHIVE, SpecialUse.JUNK);
        }
    }

    @Test
    void worksWithHardNamesUnderTheirBytesAlone() throws Exception {
        String user = newUser();
        List<String> hard = List.of(
                "x&AOkA6Q-y",
                "A&-B",
                "R&-D/x",
                "&-",
                "back\\slash",
                "quo\"te",
                "&2D3eAA-",
                "100% (a]b) {3}",
                "CASE",
                "case",
                "deep" + "/deep".repeat(40));
        try (ImapSession session = connect(user);
                RawImapClient other = new RawImapClient(
                        LocalServers.AUTHORITY
                                .clientContext()
                                .getSocketFactory()
                                .createSocket("127.0.0.1", server.tlsPort()),
                        user,
                        password())) {
            for (String raw : hard) {
                MailboxName name = new MailboxName(raw, '/');
                session.create(name, null);
                session.append(name, TestedServer.message("raw"), Set.of(), RECEIVED);
                assertThat(session.select(listed(session, raw), null).exists())
                        .as(raw)
                        .isEqualTo(1);
            }
            session.select(MailboxName.INBOX, null);
            for (String raw : hard) {
                other.run("RENAME " + RawImapClient.quoted(raw) + " " + RawImapClient.quoted("new " + raw));
                MailboxName renamed = listed(session, "new " + raw);
                assertThat(session.select(renamed, null).exists()).as(raw).isEqualTo(1);
                session.select(MailboxName.INBOX, null);
                other.run("DELETE " + RawImapClient.quoted(renamed.raw()));
            }
            assertThat(session.list())
                    .filteredOn(ListedMailbox::selectable)
                    .extracting(mailbox -> mailbox.name().raw())
                    .doesNotContainAnyElementsOf(hard)
                    .noneMatch(raw -> raw.startsWith("new "));
        }
    }

    private static MailboxName listed(ImapSession session, String raw) throws Exception {
        return session.list().stream()
                .map(ListedMailbox::name)
                .filter(name -> name.raw().equals(raw))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not listed as sent: " + raw));
    }

    @Test
    void tellsLiveRemovalsByUid() throws Exception {
        String user = newUser();
        try (ImapSession watching = connect(user);
                ImapSession acting = connect(user)) {
            MailboxName target = TestedServer.own(acting, "Gone");
            acting.create(target, null);
            List<Long> uids = TestedServer.appendTo(acting, MailboxName.INBOX, "1", "2", "3", "4");
            watching.select(MailboxName.INBOX, null);

            acting.move(uids.subList(0, 3), target);
            watching.noop();

            assertThat(watching.drainUpdates()).contains(new MailboxUpdate.Vanished(UidSet.of(uids.subList(0, 3))));
        }
    }

    @Test
    void hearsOfAllMailboxesOnOneConnection() throws Exception {
        String user = newUser();
        try (ImapSession watching = connect(user);
                ImapSession acting = connect(user)) {
            MailboxName work = TestedServer.own(acting, "Work");
            acting.create(work, null);
            assertThat(watching.watchAll()).isTrue();
            watching.select(MailboxName.INBOX, null);

            TestedServer.appendTo(acting, work, "1");

            assertThat(watching.awaitChange(Duration.ofSeconds(20)))
                    .first()
                    .isInstanceOfSatisfying(
                            MailboxUpdate.Status.class,
                            status -> assertThat(status.name().raw()).isEqualTo(work.raw()));
        }
    }
}

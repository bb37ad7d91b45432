package dev.mailroom.localstack.mailserver;

import com.icegreen.greenmail.imap.AuthorizationException;
import com.icegreen.greenmail.imap.ImapHostManager;
import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.store.MailFolder;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.user.UserException;
import com.icegreen.greenmail.util.DummySSLServerSocketFactory;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.mailroom.localstack.terminal.CommandFailure;
import dev.mailroom.localstack.terminal.Terminal;
import jakarta.mail.Flags;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A running mail server with two people on it. */
public final class DemoMailServer implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final List<String> FOLDERS = List.of("Sent", "Drafts", "Archive", "Trash", "Junk");

    private final GreenMail server;
    private final ServerAuthority.Written authority;
    private final int imaps;
    private final int smtps;

    private DemoMailServer(GreenMail server, ServerAuthority.Written authority, int imaps, int smtps) {
        this.server = server;
        this.authority = authority;
        this.imaps = imaps;
        this.smtps = smtps;
    }

    /**
     * Starts it on 127.0.0.1 and fills the mailboxes.
     *
     * @param folder for its certificate
     */
    public static DemoMailServer start(Path folder, int imaps, int smtps) {
        try {
            var authority = ServerAuthority.write(folder);
            System.setProperty(
                    DummySSLServerSocketFactory.GREENMAIL_KEYSTORE_FILE_PROPERTY,
                    authority.keyStore().toString());
            System.setProperty(
                    DummySSLServerSocketFactory.GREENMAIL_KEYSTORE_PASSWORD_PROPERTY, authority.keyStorePassword());
            var server = new GreenMail(new ServerSetup[] {
                new ServerSetup(imaps, HOST, ServerSetup.PROTOCOL_IMAPS),
                new ServerSetup(smtps, HOST, ServerSetup.PROTOCOL_SMTPS)
            });
            quietThreads();
            server.start();
            var running = new DemoMailServer(server, authority, imaps, smtps);
            running.fill();
            return running;
        } catch (IOException | UserException | FolderException | AuthorizationException | IllegalStateException e) {
            throw new CommandFailure("the demo's mail server does not start: " + e.getMessage(), e);
        }
    }

    /** The server's threads end with an exception whenever a client hangs up: that is no news, all others are. */
    private static void quietThreads() {
        var others = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            boolean hungUp =
                    thread.getName().startsWith("imaps:") || thread.getName().startsWith("smtps:");
            if (!hungUp && others != null) {
                others.uncaughtException(thread, failure);
            } else if (!hungUp) {
                failure.printStackTrace();
            }
        });
    }

    private void fill() throws UserException, FolderException, AuthorizationException {
        var sample = new SampleMail(Clock.systemUTC());
        for (Person person : List.of(Person.ANA, Person.BO)) {
            GreenMailUser user = server.getManagers()
                    .getUserManager()
                    .createUser(person.address(), person.address(), person.password());
            ImapHostManager mailboxes = server.getManagers().getImapHostManager();
            for (String folder : FOLDERS) {
                mailboxes.createMailbox(user, folder);
                mailboxes.subscribe(user, folder);
            }
            for (SampleMail.Stored stored : sample.of(person)) {
                String name = stored.folder().replace('/', mailboxes.getHierarchyDelimiter());
                MailFolder folder = mailboxes.getFolder(user, name);
                if (folder == null) {
                    folder = mailboxes.createMailbox(user, name);
                    mailboxes.subscribe(user, name);
                }
                var flags = new Flags();
                if (stored.seen()) {
                    flags.add(Flags.Flag.SEEN);
                }
                folder.appendMessage(stored.message(), flags, Date.from(stored.deliveredAt()));
            }
        }
    }

    /** Messages of a person, over all folders. */
    public int messages(Person person) {
        return new SampleMail(Clock.systemUTC()).of(person).size();
    }

    /**
     * Whether a folder holds a message with this subject, as the server sees it.
     *
     * @param path levels joined by "/"
     * @param read whether it must be marked as read
     */
    public boolean holds(Person person, String path, String subject, boolean read) {
        ImapHostManager mailboxes = server.getManagers().getImapHostManager();
        GreenMailUser user = server.getManagers().getUserManager().getUserByEmail(person.address());
        MailFolder folder = mailboxes.getFolder(user, path.replace('/', mailboxes.getHierarchyDelimiter()));
        return folder != null
                && folder.getMessages().stream()
                        .anyMatch(stored -> subject.equals(subjectOf(stored.getMimeMessage()))
                                && (!read || stored.getFlags().contains(Flags.Flag.SEEN)));
    }

    private static @Nullable String subjectOf(MimeMessage message) {
        try {
            return message.getSubject();
        } catch (MessagingException e) {
            throw new IllegalStateException("the mail server holds a message without readable headers", e);
        }
    }

    /** What a service must be allowed to reach although it is the loopback: these two ports and no other. */
    public String outboundAllow() {
        return HOST + "/32:" + imaps + "-" + imaps + "," + HOST + "/32:" + smtps + "-" + smtps;
    }

    /** PEM file of the authority that a service must trust. */
    public Path authorityFile() {
        return authority.authorityFile();
    }

    public String host() {
        return HOST;
    }

    /** Port of IMAP, TLS from the first byte. */
    public int imapPort() {
        return imaps;
    }

    /** Port of SMTP, TLS from the first byte. */
    public int smtpPort() {
        return smtps;
    }

    /**
     * Tells a person how to connect the two mailboxes.
     *
     * @param where the option that names the stack, with a space before it; empty where none is needed
     */
    public void describe(Terminal terminal, String where) {
        terminal.line("Mailboxes to connect (the mail server keeps them in memory: a restart begins them anew):");
        for (Person person : List.of(Person.ANA, Person.BO)) {
            terminal.line("  MAILROOM_PASSWORD=" + person.password() + " ./mailroom connect" + where + " --email "
                    + person.address() + " --imap " + HOST + ":" + imaps + " --smtp " + HOST + ":" + smtps + ":tls");
        }
        terminal.blank();
    }

    @Override
    public void close() {
        server.stop();
    }
}

package dev.mailroom.account.mail;

import dev.mailroom.testkit.smtp.ScriptedSmtpServer;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** A mailbox that exists: an IMAP server with TLS and an SMTP server with STARTTLS that know one user. */
public final class TestMailbox implements AutoCloseable {
    public static final String PASSWORD = "canary-7f3a-pässword";

    private final String email = "ana-" + UUID.randomUUID() + "@example.com";
    private final ImapServer imap;
    private final ScriptedSmtpServer smtp;

    private TestMailbox(ImapServer imap, ScriptedSmtpServer smtp) {
        this.imap = imap;
        this.smtp = smtp;
        user(email, PASSWORD);
    }

    public static TestMailbox start() {
        return of(
                ImapServer.start(ImapServer.Mode.TLS, Certificate.GOOD),
                ScriptedSmtpServer.start(ScriptedSmtpServer.Mode.STARTTLS, Certificate.GOOD.context()));
    }

    public static TestMailbox of(ImapServer imap, ScriptedSmtpServer smtp) {
        return new TestMailbox(imap, smtp);
    }

    public String email() {
        return email;
    }

    public ImapServer imap() {
        return imap;
    }

    public ScriptedSmtpServer smtp() {
        return smtp;
    }

    public void user(String name, String password) {
        imap.user(name, password);
        smtp.user(name, password);
    }

    /** A form that connects it; a map that a test may change. */
    public Map<String, Object> form() {
        var form = new HashMap<String, Object>();
        form.put("kind", "imap");
        form.put("display_name", "Ana Silva");
        form.put("email", email);
        form.put("password", PASSWORD);
        form.put("imap", server(imap.port(), "tls"));
        form.put("smtp", server(smtp.port(), "starttls"));
        return form;
    }

    public static Map<String, Object> server(int port, String encryption) {
        return new HashMap<>(Map.of("host", "127.0.0.1", "port", port, "encryption", encryption));
    }

    @Override
    public void close() {
        imap.close();
        smtp.close();
    }
}

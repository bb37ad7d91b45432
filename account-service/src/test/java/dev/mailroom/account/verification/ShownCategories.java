package dev.mailroom.account.verification;

import static dev.mailroom.account.verification.VerifyScene.AUTHORITY;
import static dev.mailroom.account.verification.VerifyScene.GOOD;
import static dev.mailroom.account.verification.VerifyScene.PASSWORD;
import static dev.mailroom.account.verification.VerifyScene.USER;
import static dev.mailroom.account.verification.VerifyScene.server;

import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Kind;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.testkit.imap.ImapScript;
import dev.mailroom.testkit.imap.ScriptedImapConnection;
import dev.mailroom.testkit.imap.ScriptedImapServer;
import dev.mailroom.testkit.smtp.ScriptedSmtpServer;
import dev.mailroom.testkit.smtp.SmtpFault;
import dev.mailroom.testkit.smtp.SmtpStep;
import dev.mailroom.testkit.tls.ServerCertificate;
import dev.mailroom.testkit.tls.TestCertificates;
import java.util.Map;
import java.util.TreeMap;

/** One failed log-in, or one that works, for every category: by its word, what a client sees and the server that brings it about. */
final class ShownCategories {
    private final Map<String, Shown> all = new TreeMap<>();

    private ShownCategories() {}

    /** Verifies one mailbox and hands out what is said about the server that the category is about. */
    @FunctionalInterface
    interface Try {
        LegDiagnosis in(VerifyScene scene) throws Exception;
    }

    /** @param stage how far it comes; the category is the key */
    record Shown(String stage, boolean takesItsTime, Try attempt) {
        /** Without other ways: they say nothing about the category and take time. */
        VerifyScene scene() {
            return takesItsTime ? VerifyScene.impatientWithPlaces(1) : VerifyScene.withPlaces(1);
        }
    }

    static Map<String, Shown> byCategory() {
        ShownCategories categories = new ShownCategories();
        categories.beforeEncryption();
        categories.encryption();
        categories.greeting();
        categories.logIn();
        categories.inbox();
        return categories.all;
    }

    private void beforeEncryption() {
        slow("dns", "dns_timeout", scene -> scene.imap(server(VerifyScene.SLOW_HOST, 993, Encryption.TLS)));
        shown("dns", "unknown_host", scene -> scene.imap(server(VerifyScene.UNKNOWN_HOST, 993, Encryption.TLS)));
        shown("address", "address_not_allowed", scene -> scene.imap(server("10.1.2.3", 993, Encryption.TLS)));
        shown("connect", "connection_refused", scene -> scene.imap(VerifyScene.closedPort(), Encryption.TLS));
        slow("connect", "connect_timeout", scene -> scene.imap(scene.filteredPort(), Encryption.TLS));
        shown(
                "connect",
                "unreachable",
                scene -> scene.imap(server(VerifyScene.WITHOUT_A_ROUTE, 20_993, Encryption.TLS)));
    }

    private void encryption() {
        plain("tls", "not_tls", Encryption.TLS, greeting("* OK IMAP4rev1 ready"));
        // Alerts of TLS: handshake_failure, and protocol_version from a server that knows TLS 1.1 at most.
        plain("tls", "tls_handshake", Encryption.TLS, alert('\u0028'));
        plain("tls", "tls_too_old", Encryption.TLS, alert('\u0046'));
        certificate("certificate_self_signed", TestCertificates.selfSigned("127.0.0.1"));
        certificate("certificate_untrusted", TestCertificates.create().server("127.0.0.1"));
        certificate("certificate_expired", AUTHORITY.expired("127.0.0.1"));
        certificate("certificate_wrong_host", AUTHORITY.wrongHost());
        plain(
                "starttls",
                "starttls_unavailable",
                Encryption.STARTTLS,
                greeting("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] x"));
        plain("starttls", "starttls_injection", Encryption.STARTTLS, connection -> {
            connection.send("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready");
            String tag = connection.expect("STARTTLS");
            connection.sendRaw(tag + " OK go\r\n* CAPABILITY IMAP4rev1\r\n").hang();
        });
    }

    private void greeting() {
        plain("greeting", "preauth_refused", Encryption.STARTTLS, greeting("* PREAUTH welcome"));
        plain("greeting", "not_the_protocol", Encryption.STARTTLS, greeting("SSH-2.0-x"));
        plain("greeting", "connection_lost", Encryption.STARTTLS, ScriptedImapConnection::close);
        slow(
                "greeting",
                "greeting_timeout",
                scene -> scene.imap(
                        scene.open(ScriptedImapServer.plain(ScriptedImapConnection::hang))
                                .port(),
                        Encryption.STARTTLS));
        shown("greeting", "limit_exceeded", smtp(SmtpStep.GREETING, new SmtpFault.FloodLine()));
    }

    private void logIn() {
        refused("credentials_refused", "NO [AUTHENTICATIONFAILED] x");
        refused("app_password_needed", "NO [ALERT] Application-specific password required (Failure)");
        refused("throttled", "NO [LIMIT] x");
        refused("unavailable", "NO [UNAVAILABLE] x");
        refused("protocol_disabled", "NO [ALERT] Your account is not enabled for IMAP use.");
        refused("privacy_required", "NO [PRIVACYREQUIRED] x");
        refused("contact_admin", "NO [CONTACTADMIN] x");
        refused("command_refused", "BAD x");
        shown("login", "domain_user_needed", scene -> {
            scene.smtpServer().user("ana", "another");
            Server imap = encrypted(scene, refusing("NO [AUTHENTICATIONFAILED] x"));
            return scene.verify(Kind.EXCHANGE, "ana", "wrong", imap, scene.goodSmtp())
                    .get(0);
        });
        shown(
                "login",
                "auth_mechanism_missing",
                scene -> scene.imap(
                        encrypted(scene, greeting("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=GSSAPI] x"))));
        shown("login", "protocol_error", smtp(SmtpStep.AUTH, SmtpFault.reply("this is no reply code")));
        slow(
                "login",
                "deadline_exceeded",
                scene -> scene.imap(encrypted(scene, connection -> {
                    connection.send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] x");
                    connection.expect("AUTHENTICATE PLAIN");
                    connection.hang();
                })));
    }

    private void inbox() {
        unopened("mailbox_refused", "NO [NOPERM] x");
        unopened("no_such_mailbox", "NO [NONEXISTENT] x");
        unopened("read_only", "NO [READ-ONLY] x");
        unopened("over_quota", "NO [OVERQUOTA] x");
        shown(
                "ok",
                "ok",
                scene -> scene.verify(
                                Kind.IMAP,
                                USER,
                                PASSWORD,
                                encrypted(
                                        scene,
                                        connection ->
                                                connection.logIn().select(0).answer("LOGOUT", "* BYE x")),
                                scene.goodSmtp())
                        .get(0));
    }

    private void shown(String stage, String category, Try attempt) {
        all.put(category, new Shown(stage, false, attempt));
    }

    private void slow(String stage, String category, Try attempt) {
        all.put(category, new Shown(stage, true, attempt));
    }

    private void plain(String stage, String category, Encryption encryption, ImapScript script) {
        shown(
                stage,
                category,
                scene -> scene.imap(scene.open(ScriptedImapServer.plain(script)).port(), encryption));
    }

    private void certificate(String category, ServerCertificate certificate) {
        shown("certificate", category, scene -> {
            ScriptedImapServer tls =
                    scene.open(ScriptedImapServer.tls(certificate.serverContext(), greeting("* OK x")));
            return scene.imap(tls.port(), Encryption.TLS);
        });
    }

    private void refused(String category, String answer) {
        shown("login", category, scene -> scene.imap(encrypted(scene, refusing(answer))));
    }

    private void unopened(String category, String answer) {
        shown(
                "select",
                category,
                scene -> scene.imap(encrypted(scene, connection -> {
                    connection.logIn("IMAP4rev1");
                    String tag = connection.expect("SELECT");
                    connection.send(tag + " " + answer).answer("LOGOUT", "* BYE x");
                })));
    }

    private static Try smtp(SmtpStep step, SmtpFault fault) {
        return scene -> {
            ScriptedSmtpServer smtp =
                    scene.open(ScriptedSmtpServer.start(ScriptedSmtpServer.Mode.TLS, GOOD.serverContext()));
            return scene.smtp(smtp.always(step, fault).port(), Encryption.TLS);
        };
    }

    private static Server encrypted(VerifyScene scene, ImapScript script) {
        ScriptedImapServer tls = scene.open(ScriptedImapServer.tls(GOOD.serverContext(), script));
        return server("127.0.0.1", tls.port(), Encryption.TLS);
    }

    private static ImapScript greeting(String line) {
        return connection -> connection.send(line).hang();
    }

    private static ImapScript alert(char description) {
        return connection -> {
            connection.readBytes(5);
            connection
                    .sendRaw("\u0015\u0003\u0001\u0000\u0002\u0002" + description)
                    .hang();
        };
    }

    private static ImapScript refusing(String answer) {
        return connection -> {
            connection.send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] x");
            String tag = connection.expect("AUTHENTICATE PLAIN");
            connection.send(tag + " " + answer).hang();
        };
    }
}

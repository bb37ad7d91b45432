package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.net.Encryption;
import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.testkit.imap.ScriptedImapConnection;
import dev.mailroom.testkit.imap.ScriptedImapServer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Looking whether there is a way to log in, without logging in. */
class ImapProbeTest {
    private final ImapConnector connector = LocalServers.patient();

    @Test
    void comesToTheLogInThroughTlsAndSaysGoodBye() throws Exception {
        try (ScriptedImapServer server =
                ScriptedImapServer.tls(LocalServers.CERTIFICATE.serverContext(), ImapProbeTest::greet)) {
            connector.probe(new Endpoint("127.0.0.1", server.port(), Encryption.TLS));

            assertThat(server.received()).allMatch(line -> line.endsWith("LOGOUT"));
        }
    }

    @Test
    void comesToTheLogInThroughStarttls() throws Exception {
        try (ScriptedImapServer server = ScriptedImapServer.plain(connection -> {
            connection.send("* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready");
            connection.answer("STARTTLS").startTls(LocalServers.CERTIFICATE.serverContext());
            connection.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN").hang();
        })) {
            connector.probe(new Endpoint("127.0.0.1", server.port(), Encryption.STARTTLS));

            assertThat(server.received()).noneMatch(line -> line.contains("AUTHENTICATE") || line.contains("LOGIN "));
        }
    }

    @Test
    void findsNoWayWhereNoPasswordIsTaken() {
        try (ScriptedImapServer server = ScriptedImapServer.tls(
                LocalServers.CERTIFICATE.serverContext(),
                connection -> connection
                        .send("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2] ready")
                        .hang())) {
            MailException failure = catchThrowableOfType(
                    MailException.class,
                    () -> connector.probe(new Endpoint("127.0.0.1", server.port(), Encryption.TLS)));

            assertThat(failure.stage()).isEqualTo(Stage.LOGIN);
            assertThat(failure.category()).isEqualTo(Category.AUTH_MECHANISM_MISSING);
        }
    }

    private static void greet(ScriptedImapConnection connection) throws IOException {
        connection.send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready").hang();
    }
}

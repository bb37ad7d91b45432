package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.testkit.imap.ImapScript;
import dev.mailroom.testkit.imap.ScriptedImapServer;

/** A session with a scripted server over TLS; closing it checks that the script went as planned. */
final class ScriptedSession implements AutoCloseable {
    private final ScriptedImapServer server;
    private final ImapSession session;

    private ScriptedSession(ScriptedImapServer server, ImapSession session) {
        this.server = server;
        this.session = session;
    }

    /** The script begins with the log-in. */
    static ScriptedSession start(ImapScript script) throws Exception {
        return start(script, LocalServers.patient());
    }

    /** With short deadlines, for scripts that do not answer in time. */
    static ScriptedSession impatient(ImapScript script) throws Exception {
        return start(script, LocalServers.impatient());
    }

    private static ScriptedSession start(ImapScript script, ImapConnector connector) throws Exception {
        ScriptedImapServer server = ScriptedImapServer.tls(LocalServers.CERTIFICATE.serverContext(), script);
        try {
            ImapSession session =
                    connector.connect(LocalServers.tls(server.port()), LocalServers.credentials("ana", "secret"));
            return new ScriptedSession(server, session);
        } catch (Exception failure) {
            server.close();
            throw failure;
        }
    }

    ImapSession session() {
        return session;
    }

    ScriptedImapServer server() {
        return server;
    }

    @Override
    public void close() {
        session.abort();
        server.close();
        assertThat(server.failures()).isEmpty();
    }
}

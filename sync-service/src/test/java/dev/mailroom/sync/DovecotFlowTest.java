package dev.mailroom.sync;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.condition.EnabledIf;

/** The flow with a full server: QRESYNC, SPECIAL-USE, LIST-STATUS, MOVE. */
@QuarkusTest
@SyncTest
@EnabledIf("dev.mailroom.testkit.imap.DovecotServer#installed")
class DovecotFlowTest extends MailFlowContract {
    private static LocalServer server;

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    @Override
    LocalServer server() throws Exception {
        if (server == null) {
            server = new LocalDovecot();
        }
        return server;
    }
}

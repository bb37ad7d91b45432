package dev.mailroom.sync;

import io.quarkus.test.junit.QuarkusTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.condition.EnabledIf;

/** The flow with a full server: QRESYNC, SPECIAL-USE, LIST-STATUS, MOVE. */
@QuarkusTest
@SyncTest
@EnabledIf("dev.mailroom.testkit.imap.DovecotServer#installed")
class DovecotFlowTest extends MailFlowContract {
    private static @Nullable LocalServer server;

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    @Override
    LocalServer server() throws Exception {
        LocalServer running = server;
        if (running == null) {
            running = new LocalDovecot();
            server = running;
        }
        return running;
    }
}

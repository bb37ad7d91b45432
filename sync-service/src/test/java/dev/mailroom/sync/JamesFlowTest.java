package dev.mailroom.sync;

import io.quarkus.test.junit.QuarkusTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/** The flow with Apache James: its own ways with names, UIDs and resynchronization. */
@QuarkusTest
@SyncTest
class JamesFlowTest extends MailFlowContract {
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
            running = new LocalJames();
            server = running;
        }
        return running;
    }
}

package dev.mailroom.sync;

import io.quarkus.test.junit.QuarkusTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/** The flow with a server of few extensions: UIDs and flags are compared. */
@QuarkusTest
@SyncTest
class GreenMailFlowTest extends OthersFlowContract {
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
            running = new GreenMailServer();
            server = running;
        }
        return running;
    }
}

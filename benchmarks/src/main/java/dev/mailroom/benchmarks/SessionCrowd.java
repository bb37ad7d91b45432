package dev.mailroom.benchmarks;

import dev.mailroom.testkit.tls.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;

/** sync-service with many accounts on {@link CrowdImapServer}, each with a session in IDLE. */
final class SessionCrowd implements AutoCloseable {
    /** A host that lets its users in without hurry; what one machine can do is 270 to 450 in a second. */
    static final int LOGINS_PER_SECOND = 100;

    private static final Duration CONNECT_MAX = Duration.ofMinutes(20);

    final CrowdImapServer server;
    final SyncStack stack;

    private final List<String> users = new ArrayList<>();

    /**
     * @param tellsOfAll whether the server offers to tell of folders that are not selected
     * @param furtherOptions of the service's JVM
     */
    SessionCrowd(Path home, boolean tellsOfAll, List<String> furtherOptions) throws IOException, InterruptedException {
        TestCertificates authority = TestCertificates.create();
        server = new CrowdImapServer(authority.server(SyncStack.HOST), tellsOfAll);
        List<String> options = new ArrayList<>(List.of(
                "-Xmx2g",
                "-Dmailroom.sync.logins-per-second-and-host=" + LOGINS_PER_SECOND,
                "-Dmailroom.sync.session.sweep-interval=10m"));
        options.addAll(furtherOptions);
        stack = new SyncStack(home, authority, server.port(), options);
    }

    List<String> users() {
        return List.copyOf(users);
    }

    /**
     * Connects as many more accounts and waits until each session is in IDLE.
     *
     * @return seconds
     */
    double connect(int count) throws InterruptedException, ExecutionException, IOException {
        UUID organization = UUID.randomUUID();
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            String user = "user" + users.size();
            users.add(user);
            stack.connect(organization, user, "none");
        }
        long end = begin + CONNECT_MAX.toNanos();
        while (server.idling() < users.size()) {
            if (System.nanoTime() > end || !stack.service.isAlive()) {
                throw new IllegalStateException(
                        server.idling() + " of " + users.size() + " sessions:\n" + stack.service.lastLines());
            }
            Thread.sleep(50);
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    @Override
    public void close() throws IOException {
        stack.close();
        server.close();
    }
}

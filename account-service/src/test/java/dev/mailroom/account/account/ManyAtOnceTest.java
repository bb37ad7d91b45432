package dev.mailroom.account.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logging.Logger.Level;
import org.junit.jupiter.api.Test;

/** Two hundred people connect at the same time. */
@QuarkusTest
@TestProfile(ManyAtOnceTest.Production.class)
class ManyAtOnceTest extends ServiceTest {
    private static final org.jboss.logging.Logger LOG = org.jboss.logging.Logger.getLogger(ManyAtOnceTest.class);
    private static final int CONNECTS = 200;
    private static final Set<String> WAITING = Set.of(
            "park",
            "parkNanos",
            "wait",
            "wait0",
            "sleep",
            "sleepNanos0",
            "join",
            "poll",
            "read0",
            "connect0",
            "accept0");
    private static final int WAITING_FRAMES = 4;

    /** With the time limit that the service has by itself: here it shares its cores with clients and mail servers. */
    public static class Production implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("mailroom.verify.timeout", "30s");
        }
    }

    @Test
    void connectsTwoHundredMailboxesAtOnceAndBlocksNoEventLoop() throws Exception {
        // Somebody was the first: his request loads the classes of all, which no later one has to wait for.
        try (TestMailbox first = TestMailbox.start()) {
            as("admin", UUID.randomUUID(), user)
                    .body(first.form())
                    .post("/v1/accounts")
                    .then()
                    .statusCode(201);
        }
        List<String> blocked = new CopyOnWriteArrayList<>();
        Handler handler = blockedThreadWarnings(blocked);
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        List<Long> millis = new ArrayList<>();
        try (TestMailbox mailbox = TestMailbox.start();
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> answers = new ArrayList<>();
            for (int i = 0; i < CONNECTS; i++) {
                answers.add(clients.submit(() -> connectAs(mailbox, UUID.randomUUID() + "@example.com")));
            }
            for (Future<Long> answer : answers) {
                millis.add(answer.get());
            }
        } finally {
            root.removeHandler(handler);
        }

        millis.sort(null);
        LOG.logf(
                Level.INFO,
                "%d connects at once: p50 %d ms, p99 %d ms",
                CONNECTS,
                millis.get(CONNECTS / 2),
                millis.get(CONNECTS * 99 / 100));
        assertThat(blocked).as("event loops that waited for two seconds").isEmpty();
        assertThat(rows("select id from accounts where organization_id = '" + organization + "'"))
                .hasSize(CONNECTS);
    }

    private long connectAs(TestMailbox mailbox, String username) {
        mailbox.user(username, TestMailbox.PASSWORD);
        Map<String, Object> form = mailbox.form();
        form.put("username", username);
        long start = System.nanoTime();
        asAdmin().body(form).post("/v1/accounts").then().statusCode(201);
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    private static String stackOf(Throwable blocked) {
        return Arrays.toString(blocked.getStackTrace());
    }

    /** What waits for somebody is in one of these; what only got no processor is anywhere. */
    private static boolean waits(Throwable blocked) {
        return Arrays.stream(blocked.getStackTrace())
                .limit(WAITING_FRAMES)
                .map(StackTraceElement::getMethodName)
                .anyMatch(WAITING::contains);
    }

    /** Keeps the stack of every event loop that waited and did not come back within Vert.x' limit of two seconds. */
    private static Handler blockedThreadWarnings(List<String> found) {
        return new Handler() {
            @Override
            public void publish(LogRecord record) {
                Throwable blocked = record.getThrown();
                if (String.valueOf(record.getLoggerName()).contains("BlockedThreadChecker")
                        && blocked != null
                        && waits(blocked)) {
                    found.add(stackOf(blocked));
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}

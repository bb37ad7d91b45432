package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.mailclient.net.TrustedCertificates;
import dev.mailroom.sync.message.TortureTest.Shape;
import dev.mailroom.testkit.LoggedRecord;
import dev.mailroom.testkit.imap.DovecotServer;
import dev.mailroom.testkit.imap.RawImapClient;
import dev.mailroom.testkit.net.TcpProxy;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each shape of message that has hurt mail programs arrives on a real server, while our connection is cut now and then: each is told once,
 * or put aside and told as that, and ordinary mail goes on.
 *
 * <p>{@code -Dfaults.moments=5} runs the seeds 1 to 5, {@code -Dfaults.seed=7} runs one.
 */
@QuarkusTest
@SyncTest
@EnabledIf("dev.mailroom.testkit.imap.DovecotServer#installed")
class TortureFlowTest {
    private static final Logger LOG = Logger.getLogger(TortureFlowTest.class);
    private static final Duration MAX = Duration.ofSeconds(90);
    private static final int CUTS = 4;

    static LongStream seeds() {
        Long only = Long.getLong("faults.seed");
        return only != null ? LongStream.of(only) : LongStream.rangeClosed(1, Long.getLong("faults.moments", 1));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void eachIsToldOrPutAside(long seed) throws Exception {
        Random random = new Random(seed);
        String user = "torture-" + UUID.randomUUID().toString().substring(0, 8);
        try (DovecotServer server = CapabilityProfile.FULL.start();
                TcpProxy network = TcpProxy.before(server.tlsPort());
                Scene scene = new Scene();
                RawImapClient other = open(server, user)) {
            AccountState account = scene.connect(UUID.randomUUID(), user, network.port(), "none");
            scene.awaitState(account.account(), "live");

            // When
            long began = System.nanoTime();
            List<Shape> shapes = new ArrayList<>(List.of(Shape.values()));
            Collections.shuffle(shapes, random);
            int taken = 0;
            for (int i = 0; i < shapes.size(); i++) {
                taken += append(other, shapes.get(i)) ? 1 : 0;
                if (random.nextInt(shapes.size()) < CUTS) {
                    network.cutAfter(random.nextInt(200_000));
                }
            }
            other.append("INBOX", "", Scene.mail("after-" + user + "@example.net", "After all", "", "Still here"));

            // Then
            int expected = taken + 1;
            Awaitility.await("each is stored or put aside, seed " + seed)
                    .atMost(MAX)
                    .until(() -> rows("copy", account) + rows("quarantine", account) == expected);
            long took = System.nanoTime() - began;
            scene.awaitMail(account.account(), "message.received", Scene.subject("After all"));
            // Of those without a Message-ID some have the same content, and arrived in the same second: one message.
            long messages = Scene.count(
                    "select count(distinct message_id) from copy where account_id = '" + account.account() + "'");
            Awaitility.await("each is told, seed " + seed)
                    .atMost(MAX)
                    .pollInSameThread()
                    .until(() ->
                            scene.mailOf(account.account(), "message.received").size() >= messages
                                    && scene.mailOf(account.account(), "message.quarantined")
                                                    .size()
                                            == rows("quarantine", account));
            assertThat(scene.mailOf(account.account(), "message.received"))
                    .hasSize((int) messages)
                    .extracting(LoggedRecord::id)
                    .doesNotHaveDuplicates();
            LOG.infof(
                    "faults: F16 seed=%d messages=%d quarantine=%d refused_by_server=%d cuts=%d after=%d ms",
                    seed,
                    expected,
                    rows("quarantine", account),
                    shapes.size() - taken,
                    network.connections() - 1,
                    took / 1_000_000);
            scene.publish(new dev.mailroom.contracts.AccountEvent.Removed(
                    account.account(), account.organization(), account.revision() + 1));
        }
    }

    private static long rows(String table, AccountState account) {
        return Scene.count("select count(*) from " + table + " where account_id = '" + account.account() + "'");
    }

    /** @return whether the server took it */
    private static boolean append(RawImapClient other, Shape shape) throws IOException {
        try {
            other.append("INBOX", "", shape.bytes(true));
            return true;
        } catch (IOException refused) {
            other.run("NOOP");
            return false;
        }
    }

    private static RawImapClient open(DovecotServer server, String user) throws IOException {
        return new RawImapClient(
                TrustedCertificates.load(Scene.folder().resolve("authority.pem"))
                        .sslContext()
                        .getSocketFactory()
                        .createSocket("127.0.0.1", server.tlsPort()),
                user,
                Scene.PASSWORD);
    }
}

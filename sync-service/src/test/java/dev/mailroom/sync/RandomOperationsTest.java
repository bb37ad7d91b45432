package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.Topics;
import dev.mailroom.mailclient.net.TrustedCertificates;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.TestPostgres;
import dev.mailroom.testkit.agreement.Agreement;
import dev.mailroom.testkit.imap.DovecotServer;
import dev.mailroom.testkit.imap.RawImapClient;
import dev.mailroom.testkit.net.TcpProxy;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Another mail program does what it likes while our sessions are cut, on a server of each capability profile at the same time; at the end
 * server, database and events agree.
 *
 * <p>{@code -Drandom.seeds=20} runs the seeds 1 to 20 ({@code -Drandom.from=8} begins later), {@code -Drandom.seed=7} runs one, {@code -Drandom.profile=NO_MOVE} one profile,
 * {@code -Drandom.operations=200} more of them for each seed.
 */
@QuarkusTest
@SyncTest
@EnabledIf("dev.mailroom.testkit.imap.DovecotServer#installed")
class RandomOperationsTest {
    private static final Logger LOG = Logger.getLogger(RandomOperationsTest.class);
    private static final int OPERATIONS = Integer.getInteger("random.operations", 40);
    private static final Duration LIVE_MAX = Duration.ofSeconds(60);
    private static final Duration AGREE_SOON = Duration.ofSeconds(15);
    private static final Duration AGREE_MAX = Duration.ofSeconds(40);

    private static final Map<CapabilityProfile, DovecotServer> SERVERS = new EnumMap<>(CapabilityProfile.class);

    private final UUID organization = UUID.randomUUID();

    static Stream<CapabilityProfile> profiles() {
        String only = System.getProperty("random.profile");
        return Arrays.stream(CapabilityProfile.values())
                .filter(profile -> only == null || profile.name().equalsIgnoreCase(only));
    }

    static LongStream seeds() {
        Long only = Long.getLong("random.seed");
        return only != null
                ? LongStream.of(only)
                : LongStream.rangeClosed(Long.getLong("random.from", 1), Long.getLong("random.seeds", 1));
    }

    @BeforeAll
    static void start() throws Exception {
        for (CapabilityProfile profile : profiles().toList()) {
            SERVERS.put(profile, profile.start());
        }
    }

    @AfterAll
    static void stop() {
        SERVERS.values().forEach(DovecotServer::close);
        SERVERS.clear();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void serverDatabaseAndEventsAgreeInTheEnd(long seed) throws Exception {
        List<Callable<Void>> runs = new ArrayList<>();
        for (CapabilityProfile profile : profiles().toList()) {
            runs.add(() -> {
                run(profile, seed);
                return null;
            });
        }
        List<String> failures = new ArrayList<>();
        try (ExecutorService together = Executors.newCachedThreadPool()) {
            for (Future<Void> run : together.invokeAll(runs)) {
                try {
                    run.get();
                } catch (ExecutionException failed) {
                    failures.add(String.valueOf(failed.getCause()));
                    if (!(failed.getCause() instanceof AssertionError)) {
                        LOG.error("random operations", failed.getCause());
                    }
                }
            }
        }
        assertThat(failures).as("-Drandom.seed=" + seed).isEmpty();
    }

    private void run(CapabilityProfile profile, long seed) throws Exception {
        DovecotServer server = Objects.requireNonNull(SERVERS.get(profile));
        String user = "u" + UUID.randomUUID().toString().substring(0, 8);
        Path spoken = spokenBy(server, user);
        try (TcpProxy network = TcpProxy.before(server.tlsPort());
                Scene scene = new Scene();
                KafkaLog events = KafkaLog.fromNow(Topics.MAIL_EVENTS);
                // The profile is part of the seed, so that not all of them do the same.
                RandomOperations operations = new RandomOperations(
                        seed * 100 + profile.ordinal(), server, user, () -> other(server, user), network)) {
            boolean history = operations.draw();
            operations.furnish(history ? 15 : 0);
            AccountState account = scene.connect(organization, user, network.port(), history ? "all" : "none");
            try {
                Awaitility.await("live: " + profile)
                        .atMost(LIVE_MAX)
                        .until(() -> Scene.count("select count(*) from account where state = 'live' and id = '"
                                        + account.account() + "'")
                                == 1);
                operations.run(OPERATIONS, new RandomCommands(scene, account));
                String what = profile + " seed " + seed + "\n" + String.join("\n", operations.done());
                Agreement agreement = new Agreement(
                        TestPostgres.shared().database("sync"), account.account(), events, RandomOperations.ignored());
                if (!agrees(agreement, server, user)) {
                    // Dovecot lists for as long as a connection lasts what was there when it was opened, if that was in
                    // the middle of a change.
                    try (RawImapClient fresh = other(server, user)) {
                        agreement.comes(fresh, AGREE_MAX, what);
                    }
                }
                assertThat(profile.forbiddenAmong(saidByUs(spoken)))
                        .as(profile + ": commands that make use of what the server does not offer")
                        .isEmpty();
            } catch (AssertionError failed) {
                keep(spoken, profile + "-" + seed);
                throw failed;
            } finally {
                forget(scene, account);
            }
        }
    }

    private static boolean agrees(Agreement agreement, DovecotServer server, String user) throws Exception {
        try (RawImapClient fresh = other(server, user)) {
            agreement.comes(fresh, AGREE_SOON, "at first");
            return true;
        } catch (AssertionError notYet) {
            return false;
        }
    }

    /** Its session ends, so that the next seed has the machine to itself. */
    private static void forget(Scene scene, AccountState account) {
        scene.publish(new dev.mailroom.contracts.AccountEvent.Removed(
                account.account(), account.organization(), account.revision() + 1));
    }

    private static RawImapClient other(DovecotServer server, String user) throws IOException {
        return new RawImapClient(
                TrustedCertificates.load(Scene.folder().resolve("authority.pem"))
                        .sslContext()
                        .getSocketFactory()
                        .createSocket("127.0.0.1", server.tlsPort()),
                user,
                Scene.PASSWORD);
    }

    /** Where the server writes down what is said to it. */
    private static Path spokenBy(DovecotServer server, String user) throws IOException {
        Path home = Files.createDirectories(server.maildir(user));
        Path spoken = Files.createDirectory(home.resolve("rawlog"));
        for (Path open : List.of(home, spoken)) {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        return spoken;
    }

    /** What was said, on all connections of a run that failed: its server goes with the test. */
    private static void keep(Path spoken, String run) throws IOException {
        Path kept = Files.createDirectories(Path.of("target", "random-operations", run));
        try (Stream<Path> files = Files.list(spoken)) {
            for (Path file : files.toList()) {
                Files.copy(file, kept.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        LOG.infof("what was said to the server is kept in %s", kept.toAbsolutePath());
    }

    /** Our sessions say who they are; the other program does not. */
    private static List<String> saidByUs(Path spoken) throws IOException {
        List<String> said = new ArrayList<>();
        try (Stream<Path> files = Files.list(spoken)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".in")).toList()) {
                List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
                if (lines.stream().anyMatch(line -> line.contains("\"Mailroom\""))) {
                    said.addAll(lines);
                }
            }
        }
        assertThat(said).isNotEmpty();
        return said;
    }
}

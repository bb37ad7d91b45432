package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.testkit.imap.provider.Provider;
import dev.mailroom.testkit.imap.provider.ProviderServer;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The flow with providers as they are documented. Tests of the contract run side by side on all of them, for they wait for most of their
 * time; each provider has a test that waits for its own.
 *
 * <p>Without {@code -Dproviders.tests=all} only those tests run that a server's ways can make fail. {@code -Dproviders.tests=name,name} and
 * {@code -Dproviders=GMAIL,COURIER} run some.
 */
@QuarkusTest
@SyncTest
class ProviderFlowTest {
    private static final int TOGETHER = Integer.getInteger("providers.together", 10);

    private static final Duration READY_MAX = Duration.ofSeconds(60);

    private static final List<String> TELLING = List.of(
            "aCommandOnAMessageThatIsGoneFails",
            "filesTheSentCopyOnce",
            "importsHistoryThenTellsLiveMailOnce",
            "labelsArchivesAndMarksReadOnTheServer",
            "labelsOnceAndTakesTheLabelAway",
            "makesLabelsOfAnyName",
            "movesToTrashAndSpamAndBack",
            "tellsARenamedFolderAndKeepsItsMessages",
            "tellsWhatAnotherProgramDoes");

    private static final Logger LOG = Logger.getLogger(ProviderFlowTest.class);

    /** What cannot hold where a folder is a label and All Mail has everything; {@code ProviderOdditiesTest} says what does. */
    private static final Set<String> NOT_WITH_LABELS = Set.of(
            "importsHistoryThenTellsLiveMailOnce",
            "movesToTrashAndSpamAndBack",
            "tellsWhatAnotherProgramDoes",
            "filesTheSentCopyOnce",
            "neverRemovesTheLastCopyForALabel",
            "tellsADeletedFolderAndItsMessages",
            "aCommandOnAMessageThatIsGoneFails");

    private static final Map<Provider, ProviderServer> SERVERS = new EnumMap<>(Provider.class);
    private static final Map<Provider, Map<String, Future<String>>> RUNS = new EnumMap<>(Provider.class);
    private static final List<Scene> SCENES = new ArrayList<>();
    private static final ThreadLocal<Scene> SCENE = ThreadLocal.withInitial(ProviderFlowTest::newScene);

    @BeforeAll
    static void start() throws Exception {
        String some = System.getProperty("providers");
        String asked = System.getProperty("providers.tests");
        List<String> tests = asked == null
                ? TELLING
                : asked.equals("all") ? ProviderContract.tests() : Arrays.asList(asked.split(",", -1));
        ExecutorService together = Executors.newFixedThreadPool(TOGETHER);
        for (Provider provider : Provider.values()) {
            if (some == null || Arrays.asList(some.split(",", -1)).contains(provider.name())) {
                SERVERS.put(provider, ProviderServer.start(provider, Scene.serverCertificate()));
                RUNS.put(provider, new java.util.TreeMap<>());
            }
        }
        awaitReady();
        for (String test : tests) {
            SERVERS.forEach((provider, server) -> {
                boolean holds = provider != Provider.GMAIL || !NOT_WITH_LABELS.contains(test);
                if (holds) {
                    RUNS.getOrDefault(provider, Map.of()).put(test, together.submit(() -> run(server, test)));
                }
            });
        }
        together.shutdown();
    }

    /** One account is live: the service owns its shards. */
    private static void awaitReady() {
        Scene scene = newScene();
        for (ProviderServer server : SERVERS.values()) {
            AccountState account = scene.connect(UUID.randomUUID(), "first", server.port(), "none");
            Awaitility.await("the first account")
                    .atMost(READY_MAX)
                    .until(() -> Scene.count("select count(*) from account where id = '" + account.account()
                                    + "' and state = 'live'")
                            == 1);
            return;
        }
    }

    @AfterAll
    static void stop() throws IOException {
        RUNS.clear();
        for (ProviderServer server : SERVERS.values()) {
            server.close();
        }
        SERVERS.clear();
        synchronized (SCENES) {
            SCENES.forEach(Scene::close);
            SCENES.clear();
        }
    }

    private static Scene newScene() {
        Scene scene = Scene.fromNow();
        synchronized (SCENES) {
            SCENES.add(scene);
        }
        return scene;
    }

    /** @return empty, or what was wrong */
    private static String run(ProviderServer server, String test) {
        long begin = System.nanoTime();
        try {
            ProviderContract.run(server, SCENE.get(), test);
            return "";
        } catch (Throwable failure) {
            LOG.errorf(failure, "%s %s", server.provider(), test);
            return test + ": "
                    + String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        } finally {
            LOG.infof("%s %s took %d ms", server.provider(), test, (System.nanoTime() - begin) / 1_000_000);
        }
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void keepsTheContract(Provider provider) throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Future<String> run : RUNS.getOrDefault(provider, Map.of()).values()) {
            String said = run.get();
            if (!said.isEmpty()) {
                wrong.add(said);
            }
        }

        assertThat(wrong).as("what failed on " + provider).isEmpty();
        ProviderServer server = SERVERS.get(provider);
        if (server != null) {
            assertThat(server.failures()).isEmpty();
        }
    }
}

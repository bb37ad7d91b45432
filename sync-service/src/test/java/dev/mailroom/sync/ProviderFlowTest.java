package dev.mailroom.sync;

import dev.mailroom.testkit.imap.provider.Provider;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The flow with providers as they are documented.
 *
 * <p>Without {@code -Dproviders.tests=all} only those tests run that a server's ways can make fail; {@code -Dproviders=GMAIL,COURIER} runs
 * those of some.
 */
@QuarkusTest
@SyncTest
class ProviderFlowTest {
    private static final Set<String> TELLING = Set.of(
            "aCommandOnAMessageThatIsGoneFails",
            "filesTheSentCopyOnce",
            "importsHistoryThenTellsLiveMailOnce",
            "labelsArchivesAndMarksReadOnTheServer",
            "labelsOnceAndTakesTheLabelAway",
            "makesLabelsOfAnyName",
            "movesToTrashAndSpamAndBack",
            "tellsARenamedFolderAndKeepsItsMessages",
            "tellsWhatAnotherProgramDoes");

    @SuppressWarnings("NullAway.Init")
    private static SideBySide runs;

    @BeforeAll
    static void start() throws Exception {
        List<LocalProvider> servers = new ArrayList<>();
        for (Provider provider : providers()) {
            servers.add(new LocalProvider(provider));
        }
        runs = new SideBySide(servers);
        for (LocalProvider server : servers) {
            Provider provider = server.provider().provider();
            testsOf(provider).forEach(test -> runs.start(provider + " " + test, test, server, contract(server)));
        }
    }

    @AfterAll
    static void stop() throws Exception {
        runs.close();
    }

    private static List<Provider> providers() {
        String some = System.getProperty("providers");
        return Stream.of(Provider.values())
                .filter(provider ->
                        some == null || Arrays.asList(some.split(",", -1)).contains(provider.name()))
                .toList();
    }

    private static Stream<String> testsOf(Provider provider) {
        boolean all = "all".equals(System.getProperty("providers.tests"));
        return SideBySide.testsOf(MailFlowContract.class).stream()
                .filter(test -> all || TELLING.contains(test) || (provider == Provider.GMAIL && isOfLabels(test)));
    }

    private static FlowContract contract(LocalProvider server) {
        return server.provider().provider() == Provider.GMAIL ? new GmailContract(server) : new MailFlowContract();
    }

    /** Whether Gmail has a version of its own of a test. */
    private static boolean isOfLabels(String test) {
        return Stream.of(GmailContract.class.getDeclaredMethods())
                .anyMatch(method -> method.getName().equals(test));
    }

    static Stream<Arguments> tests() {
        return providers().stream().flatMap(provider -> testsOf(provider).map(test -> Arguments.of(provider, test)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("tests")
    void keepsTheContract(Provider provider, String test) throws Throwable {
        runs.result(provider + " " + test);
    }
}

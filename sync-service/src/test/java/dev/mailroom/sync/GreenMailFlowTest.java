package dev.mailroom.sync;

import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The flow with a server of few extensions: UIDs and flags are compared. */
@QuarkusTest
@SyncTest
class GreenMailFlowTest {
    @SuppressWarnings("NullAway.Init")
    private static SideBySide runs;

    @BeforeAll
    static void start() throws Exception {
        runs = SideBySide.of(new GreenMailServer(), OthersFlowContract::new);
    }

    @AfterAll
    static void stop() throws Exception {
        runs.close();
    }

    static List<String> tests() {
        return SideBySide.testsOf(OthersFlowContract.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tests")
    void keepsTheContract(String test) throws Throwable {
        runs.result(test);
    }
}

package dev.mailroom.sync;

import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The flow with Apache James: its own ways with names, UIDs and resynchronization. */
@QuarkusTest
@SyncTest
class JamesFlowTest {
    @SuppressWarnings("NullAway.Init")
    private static SideBySide runs;

    @BeforeAll
    static void start() throws Exception {
        runs = SideBySide.of(new LocalJames(), OthersFlowContract::new);
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

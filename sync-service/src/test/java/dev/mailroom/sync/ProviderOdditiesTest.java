package dev.mailroom.sync;

import dev.mailroom.testkit.imap.provider.Provider;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What single providers do, and no other. */
@QuarkusTest
@SyncTest
class ProviderOdditiesTest {
    @SuppressWarnings("NullAway.Init")
    private static SideBySide runs;

    @BeforeAll
    static void start() throws Exception {
        runs = SideBySide.of(new LocalProvider(Provider.COURIER), ProviderOddities::new);
    }

    @AfterAll
    static void stop() throws Exception {
        runs.close();
    }

    static List<String> tests() {
        return SideBySide.testsOf(ProviderOddities.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tests")
    void holds(String test) throws Throwable {
        runs.result(test);
    }
}

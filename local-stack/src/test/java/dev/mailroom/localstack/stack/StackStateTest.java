package dev.mailroom.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.localstack.terminal.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackStateTest {

    @TempDir
    Path folder = Path.of("unset");

    @Test
    void readsWhatItWrote() {
        var state = state(ProcessHandle.current().pid());
        Path file = new DataFolder(folder).state();

        state.write(file);

        assertThat(StackState.read(file)).contains(state);
        assertThat(StackState.running(new DataFolder(folder))).isEqualTo(state);
    }

    @Test
    void takesAFileThatACrashSpoiltForNone() throws Exception {
        Path file = new DataFolder(folder).state();
        Files.writeString(file, "{\"pid\": 12");

        assertThat(StackState.read(file)).isEmpty();
    }

    @Test
    void saysHowToStartOneWhereNoneRuns() {
        assertThatThrownBy(() -> StackState.running(new DataFolder(folder)))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("no stack is running on " + folder)
                .hasMessageContaining("./mailroom up");
    }

    @Test
    void doesNotTakeADeadStackForARunningOne() throws Exception {
        var process = new ProcessBuilder("true").start();
        process.waitFor();
        state(process.pid()).write(new DataFolder(folder).state());

        assertThatThrownBy(() -> StackState.running(new DataFolder(folder))).isInstanceOf(CommandFailure.class);
    }

    @Test
    void leavesAnInnocentProcessAloneThatHasTheNumberOfAnEarlierService() throws Exception {
        var innocent = new ProcessBuilder("sleep", "60").start();
        try {
            ServiceProcess.endOrphans(
                    new StackState(1, "2026-01-01T00:00:00Z", Map.of(), Map.of("sync-service", innocent.pid())));

            assertThat(innocent.isAlive()).isTrue();
        } finally {
            innocent.destroyForcibly();
        }
    }

    private static StackState state(long pid) {
        return new StackState(
                pid,
                "2026-01-01T00:00:00Z",
                Map.of("sync-service", "http://127.0.0.1:8082", "kafka", "127.0.0.1:9092"),
                Map.of("sync-service", 4711L));
    }
}

package dev.mailroom.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A small shell process that outlives a killed JVM just long enough to stop another process.
 *
 * <p>It waits for a word on its standard input. The word comes when the other process has been stopped in good order; the end of the
 * pipe without it means that the JVM is gone.
 */
public final class Watchdog {

    // The keyboard's Ctrl-C goes to every process of the terminal: the watchdog must not leave before the JVM does.
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            if read -r word; then exit 0; fi
            kill -"$3" "$1"
            if [ -z "$2" ]; then exit 0; fi
            left=10
            while kill -0 "$1" && [ "$left" -gt 0 ]; do sleep 1; left=$((left - 1)); done
            rm -rf "$2"
            """;

    private final Process process;

    private Watchdog(Process process) {
        this.process = process;
    }

    /**
     * Watches over a process on behalf of this JVM.
     *
     * @param signal what stops it, for example {@code TERM}
     * @throws IOException if the shell cannot be started
     */
    public static Watchdog over(long process, String signal) throws IOException {
        return over(process, signal, null);
    }

    /** @param temporaryFolder deleted after the process, or null */
    static Watchdog over(long process, String signal, @Nullable Path temporaryFolder) throws IOException {
        return new Watchdog(new ProcessBuilder(List.of(
                        "/bin/sh",
                        "-c",
                        SCRIPT,
                        "mailroom-watchdog",
                        Long.toString(process),
                        temporaryFolder == null ? "" : temporaryFolder.toString(),
                        signal))
                .directory(Path.of("/").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** Sends it home: the other process has ended. */
    public void dismiss() {
        try (var words = process.getOutputStream()) {
            words.write("stopped\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // It is gone already, which is what was wanted.
            process.destroyForcibly();
        }
    }
}

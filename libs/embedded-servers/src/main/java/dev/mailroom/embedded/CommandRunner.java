package dev.mailroom.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a short command to its end. */
final class CommandRunner {

    /** How a command ended: its exit code and what it printed on both streams. */
    record Outcome(int code, String output) {
        /** The last line that says something, for a one-line message. */
        String lastLine() {
            return output.lines()
                    .filter(line -> !line.isBlank())
                    .reduce((first, second) -> second)
                    .orElse("no output")
                    .strip();
        }
    }

    private CommandRunner() {}

    /**
     * Runs a command and waits.
     *
     * <p>Output goes through a file, not a pipe: a daemon that the command leaves behind would hold a pipe open for ever.
     *
     * @param command words, not a shell line
     * @throws IOException if it cannot be started or does not end within {@code limit}
     */
    static Outcome run(List<String> command, Duration limit) throws IOException {
        Path output = Files.createTempFile("mailroom-command", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IOException(command.getFirst() + " did not end within " + limit.toSeconds() + " s");
            }
            return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command.getFirst() + " ran", e);
        } finally {
            Files.deleteIfExists(output);
        }
    }
}

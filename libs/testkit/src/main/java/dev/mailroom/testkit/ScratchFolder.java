package dev.mailroom.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Makes temporary folders that last as long as the JVM, for what all tests of it share; where one test needs a folder, {@code @TempDir}. */
public final class ScratchFolder {
    private ScratchFolder() {}

    /**
     * Makes a folder that goes with all that is in it when the JVM ends.
     *
     * @param prefix of its name
     */
    public static Path create(String prefix) {
        try {
            Path folder = Files.createTempDirectory(prefix).toRealPath();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder), "scratch-folder"));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes it go earlier. What is still written to by somebody may stay: that is no reason to fail. */
    public static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException | UncheckedIOException gone) {
            folder.toFile().delete();
        }
    }
}

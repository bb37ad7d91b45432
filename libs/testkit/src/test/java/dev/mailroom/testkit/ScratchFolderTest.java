package dev.mailroom.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ScratchFolderTest {
    /** What runs in the JVM that ends. */
    static final class Writes {
        private Writes() {}

        public static void main(String[] arguments) throws Exception {
            Path folder = ScratchFolder.create("scratch-folder-test");
            Files.writeString(Files.createDirectories(folder.resolve("a/b")).resolve("file"), "text");
            System.out.print(folder);
        }
    }

    @Test
    void goesWithAllThatIsInItWhenTheJvmEnds() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writes.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String folder = new String(process.getInputStream().readAllBytes());

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();

        assertThat(folder).contains("scratch-folder-test");
        assertThat(Path.of(folder)).doesNotExist();
    }
}

package dev.mailroom.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {

    @TempDir
    Path folder = Path.of("unset");

    @Test
    void refusesASecondOwnerInThisJvmAndKeepsTheFirst() throws Exception {
        try (var first = FolderLock.take(folder, "lock")) {
            assertThatThrownBy(() -> FolderLock.take(folder, "lock")).hasMessageContaining("is in use by this process");

            assertThat(Other.canTake(folder)).isFalse();
            assertThat(first).isNotNull();
        }
        assertThat(Other.canTake(folder)).isTrue();
    }

    @Test
    void canBeTakenAgainAfterItWasLetGo() {
        FolderLock.take(folder, "lock").close();
        FolderLock.take(folder, "lock").close();

        assertThat(folder.resolve("lock")).exists();
    }

    /** Another process. */
    static final class Other {
        static boolean canTake(Path folder) throws Exception {
            var process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Other.class.getName(),
                            folder.resolve("lock").toString())
                    .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue() == 0;
        }

        public static void main(String[] args) throws Exception {
            try (var channel = java.nio.channels.FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE)) {
                System.exit(channel.tryLock() == null ? 3 : 0);
            }
        }
    }

    @Test
    void saysWhoHasIt() throws Exception {
        try (var lock = FolderLock.take(folder, "lock")) {
            assertThat(lock).isNotNull();
            assertThat(Files.readString(folder.resolve("lock")))
                    .isEqualTo(Long.toString(ProcessHandle.current().pid()));
        }
    }
}

package dev.mailroom.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    Path temporary = Path.of("unset");

    @Test
    void whatIsKeptIsItsOwnersAlone() throws Exception {
        Path root = Files.createDirectory(
                temporary.resolve("data"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        DataFolder folder = new DataFolder(root);
        Path logs = Files.createDirectories(folder.logs());
        Files.setPosixFilePermissions(logs, PosixFilePermissions.fromString("rwxr-xr-x"));

        try (var _ = folder.open()) {
            // As root PostgreSQL runs as another user, who has to get through.
            assertThat(permissions(root)).isIn("rwx------", "rwx-----x");
            for (Path inside : List.of(folder.logs(), folder.kafka(), root.resolve("secrets"))) {
                assertThat(permissions(inside)).as("%s", inside).isEqualTo("rwx------");
            }
        }
    }

    @Test
    void aFileFromBeforeIsClosedToOthersAndKeepsWhatItHas() throws Exception {
        Path log = Files.writeString(temporary.resolve("service.log"), "before");
        Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-r--r--"));
        Path other = temporary.resolve("new.log");

        DataFolder.prepare(log);
        DataFolder.prepare(other);

        assertThat(permissions(log)).isEqualTo("rw-------");
        assertThat(Files.readString(log)).isEqualTo("before");
        assertThat(permissions(other)).isEqualTo("rw-------");
    }

    @Test
    void theStateOfTheStackIsItsOwnersAlone() throws Exception {
        Path file = temporary.resolve("stack.json");

        new StackState(1, "2026-11-21T10:00:00Z", Map.of(), Map.of()).write(file);

        assertThat(permissions(file)).isEqualTo("rw-------");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}

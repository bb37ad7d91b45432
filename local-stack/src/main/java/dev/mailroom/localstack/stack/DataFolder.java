package dev.mailroom.localstack.stack;

import com.sun.security.auth.module.UnixSystem;
import dev.mailroom.embedded.EmbeddedServerException;
import dev.mailroom.embedded.FolderLock;
import dev.mailroom.localstack.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What outlives a run: {@code postgres}, {@code kafka}, {@code logs}, {@code secrets} and {@code stack.json}, all of them their owner's alone:
 * they hold mail.
 *
 * @param root absolute
 */
public record DataFolder(Path root) {

    public DataFolder {
        root = root.toAbsolutePath().normalize();
    }

    /**
     * The folder to use: the one asked for, else {@code MAILROOM_DATA}, else {@code ~/.mailroom/data}; for root {@code
     * /var/lib/mailroom}, because PostgreSQL runs as another user, who may not enter root's home.
     */
    public static DataFolder choose(@Nullable Path asked) {
        if (asked != null) {
            return new DataFolder(asked);
        }
        String configured = System.getenv("MAILROOM_DATA");
        if (configured != null && !configured.isBlank()) {
            return new DataFolder(Path.of(configured));
        }
        return new UnixSystem().getUid() == 0
                ? new DataFolder(Path.of("/var/lib/mailroom"))
                : new DataFolder(Path.of(System.getProperty("user.home"), ".mailroom", "data"));
    }

    /** A new folder that the caller deletes. */
    public static DataFolder throwAway() {
        try {
            return new DataFolder(Files.createTempDirectory("mailroom-demo").toRealPath());
        } catch (IOException e) {
            throw new CommandFailure("no temporary folder could be made: " + e.getMessage(), e);
        }
    }

    /**
     * Makes the folder if absent and takes it for this process.
     *
     * @throws CommandFailure if it cannot be written, or another stack runs on it
     */
    public FolderLock open() {
        try {
            FolderLock.requireWritable(root);
            FolderLock lock = FolderLock.take(root, "stack.lock");
            closeToOthers(root);
            if (new UnixSystem().getUid() == 0) {
                letOthersPass(root);
            }
            for (Path inside : List.of(kafka(), logs(), root.resolve("secrets"))) {
                closeToOthers(Files.createDirectories(inside));
            }
            return lock;
        } catch (EmbeddedServerException e) {
            String message = String.valueOf(e.getMessage());
            throw new CommandFailure(
                    message.contains("is in use")
                            ? "another mailroom runs on this data folder: " + message + "; stop it or choose --data DIR"
                            : message + "; choose another with --data DIR",
                    e);
        } catch (IOException e) {
            throw new CommandFailure("the data folder " + root + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static void closeToOthers(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    /** An empty file for its owner alone, if there is none: what opens it by its name alone would let others read it. */
    static void prepare(Path file) throws IOException {
        var own = PosixFilePermissions.fromString("rw-------");
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(own));
        } catch (FileAlreadyExistsException fromBefore) {
            Files.setPosixFilePermissions(file, own);
        }
    }

    /** As root, PostgreSQL runs as another user, who must get through to its folder; to see what else is here takes more. */
    private static void letOthersPass(Path folder) throws IOException {
        var permissions = EnumSet.copyOf(Files.getPosixFilePermissions(folder));
        if (permissions.add(PosixFilePermission.OTHERS_EXECUTE)) {
            Files.setPosixFilePermissions(folder, permissions);
        }
    }

    public Path postgres() {
        return root.resolve("postgres");
    }

    public Path kafka() {
        return root.resolve("kafka");
    }

    public Path mailServer() {
        return root.resolve("mail-server");
    }

    public Path logs() {
        return root.resolve("logs");
    }

    public Path log(ServiceName service) {
        return logs().resolve(service.service() + ".log");
    }

    public Path state() {
        return root.resolve("stack.json");
    }

    public Secrets secrets() {
        return new Secrets(root.resolve("secrets"));
    }
}

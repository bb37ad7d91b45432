package dev.mailroom.localstack.stack;

import dev.mailroom.localstack.terminal.CommandFailure;
import dev.mailroom.localstack.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mailroom secrets}: the files that an installation with containers needs, each made once. */
@Command(
        name = "secrets",
        description = "Makes the keys, passwords and tokens of an installation in a folder; what is there stays.",
        mixinStandardHelpOptions = true)
public final class SecretsCommand implements Runnable {

    @Parameters(paramLabel = "DIR", description = "Made if absent, for its owner alone.")
    private Path folder = Path.of("");

    @Override
    public void run() {
        var secrets = new Secrets(folder.toAbsolutePath());
        try {
            Files.createDirectories(secrets.folder());
            Files.setPosixFilePermissions(secrets.folder(), PosixFilePermissions.fromString("rwx------"));
            secrets.prepare();
            secrets.password("postgres-password");
            for (var service : ServiceName.values()) {
                secrets.databasePassword(service);
                secrets.databaseOwnerPassword(service);
            }
            for (Path file : readInContainers(secrets)) {
                // The folder is shut to others on this machine; in its container each file is read by another user.
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            }
        } catch (IOException e) {
            throw new CommandFailure("the folder " + secrets.folder() + " cannot be written: " + e.getMessage(), e);
        }
        Terminal.standard()
                .line("The secrets are in " + secrets.folder() + ". Keep a copy of vault-key: without it no"
                        + " stored mailbox password can be opened.");
    }

    private static List<Path> readInContainers(Secrets secrets) {
        var files = new ArrayList<>(
                List.of(secrets.publicKeyFile(), secrets.folder().resolve("postgres-password")));
        for (var service : ServiceName.values()) {
            files.add(secrets.folder().resolve(service.database() + Secrets.DATABASE_PASSWORD));
            files.add(secrets.folder().resolve(service.databaseOwner() + Secrets.DATABASE_PASSWORD));
        }
        return files;
    }
}

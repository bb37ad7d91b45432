package dev.mailroom.localstack.stack;

import dev.mailroom.localstack.signing.SigningKey;
import dev.mailroom.localstack.signing.TokenRequest;
import dev.mailroom.localstack.terminal.CommandFailure;
import dev.mailroom.vault.VaultKeyFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Keys, passwords and the organization of an installation, each made once and then kept.
 *
 * @param folder must be its owner's alone
 */
public record Secrets(Path folder) {

    /** The end of the name of a file; before it stands the role. */
    static final String DATABASE_PASSWORD = "-database-password";

    private static final int PASSWORD_BYTES = 24;
    private static final Duration SERVICE_TOKEN_LIFETIME = Duration.ofDays(366);
    private static final String OWNER_ONLY = "rw-------";

    public Path privateKeyFile() {
        return folder.resolve("jwt-private-key.pem");
    }

    public Path publicKeyFile() {
        return folder.resolve("jwt-public-key.pem");
    }

    public Path vaultKeyFile() {
        return folder.resolve("vault-key");
    }

    public Path serviceTokenFile() {
        return folder.resolve("service-token");
    }

    private Path organizationFile() {
        return folder.resolve("organization");
    }

    /** Makes what is not there; the token by which the services know each other is made anew each time. */
    public void prepare() {
        try {
            if (!Files.exists(privateKeyFile())) {
                SigningKey key = SigningKey.generate();
                write(publicKeyFile(), key.publicPem());
                // Last: it says that the pair is complete.
                write(privateKeyFile(), key.privatePem());
            }
            if (!Files.exists(vaultKeyFile())) {
                VaultKeyFile.create(vaultKeyFile());
            }
            if (!Files.exists(organizationFile())) {
                write(organizationFile(), UUID.randomUUID().toString());
            }
            write(serviceTokenFile(), signingKey().sign(TokenRequest.service(SERVICE_TOKEN_LIFETIME)));
        } catch (IOException e) {
            throw new CommandFailure("the secrets in " + folder + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** The password of the role that a service works as, made at the first call. */
    public String databasePassword(ServiceName service) {
        return password(service.database() + DATABASE_PASSWORD);
    }

    /** The password of the role that owns a service's database, made at the first call. */
    public String databaseOwnerPassword(ServiceName service) {
        return password(service.databaseOwner() + DATABASE_PASSWORD);
    }

    /** The password under this name, made at the first call. */
    public String password(String name) {
        Path file = folder.resolve(name);
        try {
            if (!Files.exists(file)) {
                var random = new byte[PASSWORD_BYTES];
                new SecureRandom().nextBytes(random);
                write(file, HexFormat.of().formatHex(random));
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CommandFailure("the secrets in " + folder + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** The organization that tokens are for unless another is asked for. */
    public UUID organization() {
        return UUID.fromString(read(organizationFile()));
    }

    /** The key that signs tokens. */
    public SigningKey signingKey() {
        return SigningKey.fromPem(read(privateKeyFile()));
    }

    private String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CommandFailure(
                    "no stack has been started here: " + file
                            + " is not there; run ./mailroom up, or name its --data DIR",
                    e);
        }
    }

    /** A crash leaves the old file or the new one, never half of it. */
    private static void write(Path file, String text) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        Files.createFile(unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
        Files.write(unfinished, text.getBytes(StandardCharsets.UTF_8));
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}

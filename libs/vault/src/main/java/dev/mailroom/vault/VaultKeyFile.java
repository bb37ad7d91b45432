package dev.mailroom.vault;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import dev.mailroom.vault.VaultException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file that holds the wrapping keys, as a Tink keyset in JSON. It is readable by its owner alone and lives outside the database and
 * its backups. Every failure is a {@link VaultException} of reason KEY_FILE with one line that names the file and never its content.
 */
public final class VaultKeyFile {

    /** Most bytes that a key file is read with; a key takes about 300. */
    static final long FILE_MAX_BYTES = 64 * 1024;

    /** Most keys in one file; rotate every month and it lasts for ten years. */
    static final int KEYS_MAX = 120;

    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final FileAttribute<Set<PosixFilePermission>> CREATE_OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(OWNER_ONLY);

    private VaultKeyFile() {}

    /**
     * Makes a key file (mode 0600) with one new key.
     *
     * @throws VaultException KEY_FILE if there is a file already or it cannot be written
     */
    public static void create(Path file) {
        AeadRegistration.ensure();
        try {
            KeysetHandle keyset = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM);
            write(file, serialize(keyset));
        } catch (FileAlreadyExistsException e) {
            throw refused(file, "exists already and is not overwritten", e);
        } catch (IOException e) {
            throw refused(file, "cannot be written (" + e.getClass().getSimpleName() + ")", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available", e);
        }
    }

    /**
     * Reads a key file. A symbolic link is followed; the file it leads to must be the owner's alone.
     *
     * @throws VaultException KEY_FILE
     */
    public static Vault load(Path file) {
        return new Vault(file);
    }

    /**
     * Adds a new key and makes it the primary one; the older keys stay, so that everything sealed before opens. The file is replaced in
     * one step: a crash leaves the old or the new one.
     *
     * @return the id of the new primary key
     * @throws VaultException KEY_FILE; also if another rotation is running
     */
    public static long rotate(Path file) {
        KeysetHandle rotated = change(file, "rotated", old -> {
            if (old.size() >= KEYS_MAX) {
                throw refused(file, "holds " + KEYS_MAX + " keys, the most there may be", null);
            }
            return KeysetHandle.newBuilder(old)
                    .addEntry(KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                            .withRandomId()
                            .makePrimary())
                    .build();
        });
        return Integer.toUnsignedLong(rotated.getPrimary().getId());
    }

    /**
     * Takes a key out of the file for good: what is still wrapped by it never opens again. Whoever calls this has asked account-service
     * to retire the key.
     *
     * @throws VaultException KEY_FILE; also if it is the primary key or none of the file
     */
    public static void remove(Path file, long keyId) {
        change(file, "changed", old -> {
            if (Integer.toUnsignedLong(old.getPrimary().getId()) == keyId) {
                throw refused(file, "seals with key " + keyId + ": rotate it first", null);
            }
            KeysetHandle.Builder rest = KeysetHandle.newBuilder();
            for (int i = 0; i < old.size(); i++) {
                KeysetHandle.Entry entry = old.getAt(i);
                if (Integer.toUnsignedLong(entry.getId()) != keyId) {
                    KeysetHandle.Builder.Entry kept =
                            KeysetHandle.importKey(entry.getKey()).withFixedId(entry.getId());
                    rest.addEntry(entry.isPrimary() ? kept.makePrimary() : kept);
                }
            }
            if (rest.size() == old.size()) {
                throw refused(file, "has no key " + keyId, null);
            }
            return rest.build();
        });
    }

    @FunctionalInterface
    private interface Change {
        KeysetHandle of(KeysetHandle old) throws GeneralSecurityException;
    }

    private static KeysetHandle change(Path file, String done, Change change) {
        requirePrivate(file);
        try {
            Path real = file.toRealPath();
            try (FileChannel channel = FileChannel.open(real, StandardOpenOption.WRITE);
                    FileLock lock = lock(channel)) {
                if (lock == null) {
                    throw refused(file, "is being rotated or changed by somebody else", null);
                }
                KeysetHandle changed = change.of(parse(real, file));
                replace(real, serialize(changed));
                return changed;
            }
        } catch (IOException e) {
            throw refused(file, "cannot be " + done + " (" + e.getClass().getSimpleName() + ")", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available", e);
        }
    }

    static VaultKeys read(Path file) {
        requirePrivate(file);
        try {
            return VaultKeys.of(parse(file, file));
        } catch (GeneralSecurityException e) {
            throw malformed(file);
        } catch (IOException e) {
            throw refused(file, "cannot be read (" + e.getClass().getSimpleName() + ")", e);
        }
    }

    private static KeysetHandle parse(Path readFrom, Path named) throws IOException {
        AeadRegistration.ensure();
        if (Files.size(readFrom) > FILE_MAX_BYTES) {
            throw malformed(named);
        }
        try {
            return TinkJsonProtoKeysetFormat.parseKeyset(
                    Files.readString(readFrom, StandardCharsets.UTF_8), InsecureSecretKeyAccess.get());
        } catch (GeneralSecurityException | IllegalArgumentException | IOException e) {
            // The cause may quote the content: it is dropped on purpose.
            throw malformed(named);
        }
    }

    private static void requirePrivate(Path file) {
        if (!Files.exists(file)) {
            throw refused(file, "does not exist", null);
        }
        if (!Files.isRegularFile(file)) {
            throw refused(file, "is not a regular file", null);
        }
        Set<PosixFilePermission> permissions;
        try {
            permissions = Files.getPosixFilePermissions(file);
        } catch (IOException | UnsupportedOperationException e) {
            throw refused(file, "has permissions that cannot be checked", e);
        }
        for (PosixFilePermission permission : permissions) {
            if (!permission.name().startsWith("OWNER_")) {
                throw refused(
                        file,
                        "is open to others (" + PosixFilePermissions.toString(permissions) + "): run chmod 600 on it",
                        null);
            }
        }
        if (!Files.isReadable(file)) {
            throw refused(file, "is not readable by this process", null);
        }
    }

    private static String serialize(KeysetHandle keyset) throws GeneralSecurityException {
        return TinkJsonProtoKeysetFormat.serializeKeyset(keyset, InsecureSecretKeyAccess.get());
    }

    private static void replace(Path real, String content) throws IOException {
        Path beside = real.resolveSibling(real.getFileName() + ".new");
        Files.deleteIfExists(beside);
        try {
            write(beside, content);
            Files.move(beside, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
        }
        Path directory = real.toAbsolutePath().getParent();
        if (directory != null) {
            try (FileChannel entry = FileChannel.open(directory, StandardOpenOption.READ)) {
                entry.force(true);
            }
        }
    }

    private static void write(Path file, String content) throws IOException {
        Set<StandardOpenOption> mode = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(file, mode, CREATE_OWNER_ONLY)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static VaultException malformed(Path file) {
        return refused(file, "is not a vault key file", null);
    }

    private static VaultException refused(Path file, String what, @Nullable Throwable cause) {
        return new VaultException(Reason.KEY_FILE, "vault key file " + file + " " + what, cause);
    }

    /** Tink keeps its algorithms in a registry of the process. */
    private static final class AeadRegistration {
        static {
            try {
                AeadConfig.register();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES-256-GCM is not available", e);
            }
        }

        static void ensure() {}
    }
}

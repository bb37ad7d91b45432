package dev.mailroom.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL server programs, unpacked once per machine and version.
 *
 * <p>Several JVMs may come at once: each unpacks into a folder of its own and the first to rename it wins; the folder is complete as
 * soon as it has its final name.
 *
 * @param home folder with {@code bin}, {@code lib} and {@code share}
 */
record PostgresBinaries(Path home) {

    /** Enough for every release so far (about 50 MB); more means that the archive is not what we think. */
    private static final long UNPACKED_MAX_BYTES = 1L << 30;

    Path program(String name) {
        return home.resolve("bin").resolve(name);
    }

    static PostgresBinaries unpacked() {
        String platform = platform();
        Path cache = cacheFolder();
        Path home = cache.resolve("postgres-" + Versions.postgres() + "-" + platform);
        try {
            if (!Files.isDirectory(home)) {
                unpack("/postgres-" + platform + ".txz", cache, home);
            }
        } catch (IOException e) {
            throw new EmbeddedServerException(
                    "PostgreSQL could not be unpacked into " + cache + ": " + e.getMessage(), e);
        }
        return new PostgresBinaries(home);
    }

    private static void unpack(String resource, Path cache, Path home) throws IOException {
        Files.createDirectories(cache);
        Path mine = Files.createTempDirectory(cache, ".unpack");
        try (var in = PostgresBinaries.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new EmbeddedServerException("there is no PostgreSQL for this machine (" + resource.substring(1)
                        + "); Linux x86-64, Linux ARM64 and macOS ARM64 are supported");
            }
            Files.setPosixFilePermissions(mine, PosixFilePermissions.fromString("rwxr-xr-x"));
            try (var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(in, 1 << 16)))) {
                extract(tar, mine);
            }
            moveUnlessThere(mine, home);
        } finally {
            Folders.deleteIfExists(mine);
        }
    }

    private static void moveUnlessThere(Path mine, Path home) throws IOException {
        try {
            Files.move(mine, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (DirectoryNotEmptyException | FileAlreadyExistsException e) {
            return;
        } catch (FileSystemException e) {
            // Another JVM was faster; the code for "target is not empty" differs between systems.
            if (!Files.isDirectory(home)) {
                throw e;
            }
        }
    }

    private static void extract(TarArchiveInputStream tar, Path folder) throws IOException {
        long total = 0;
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            Path target = folder.resolve(entry.getName()).normalize();
            total += Math.max(0, entry.getSize());
            if (!target.startsWith(folder) || total > UNPACKED_MAX_BYTES) {
                throw new IOException("the archive is damaged at " + entry.getName());
            }
            if (entry.isDirectory()) {
                Files.createDirectories(target);
                continue;
            }
            Files.createDirectories(target.getParent());
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            } else {
                Files.copy(tar, target);
                boolean executable = (entry.getMode() & 0100) != 0;
                Files.setPosixFilePermissions(
                        target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    /** The part of the archive's name that says which machine it is for. */
    private static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch");
        String archName =
                switch (arch) {
                    case "amd64", "x86_64" -> "x86_64";
                    case "aarch64" -> "arm_64";
                    default -> arch;
                };
        return (os.startsWith("mac") ? "darwin" : os) + "-" + archName;
    }

    /** Root's cache is outside its home, which the user who will run PostgreSQL may not enter. */
    private static Path cacheFolder() {
        String chosen = System.getenv("MAILROOM_CACHE");
        if (chosen != null && !chosen.isBlank()) {
            return Path.of(chosen).toAbsolutePath();
        }
        if (new com.sun.security.auth.module.UnixSystem().getUid() == 0) {
            return Path.of("/var/cache/mailroom");
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base = xdg != null && !xdg.isBlank() ? Path.of(xdg) : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("mailroom").toAbsolutePath();
    }
}

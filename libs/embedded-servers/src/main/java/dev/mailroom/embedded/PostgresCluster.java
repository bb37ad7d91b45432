package dev.mailroom.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of one server: {@code data}, {@code postgres.log} and, when persistent, {@code superuser.password}.
 *
 * @param folder the real path of the folder that holds them
 */
record PostgresCluster(PostgresBinaries binaries, UnprivilegedUser user, Path folder, Keeping keeping) {

    /** How much the data is worth. */
    enum Keeping {
        /** Everything that was committed stays, whatever happens; passwords are asked for. */
        DURABLE,
        /** Speed goes before safety; passwords are asked for; the caller deletes the folder. */
        THROW_AWAY,
        /** Speed goes before safety; the loopback is trusted; the folder goes with the server. */
        TEMPORARY
    }

    private static final Duration INITDB_MAX = Duration.ofMinutes(2);
    private static final long LOG_MAX_BYTES = 10 << 20;
    private static final int PASSWORD_BYTES = 24;
    private static final String SETTINGS = "mailroom.conf";

    Path data() {
        return folder.resolve("data");
    }

    Path log() {
        return folder.resolve("postgres.log");
    }

    /** Sets the folder up unless it is; a set-up that was interrupted starts anew. */
    void prepare() throws IOException {
        if (Files.exists(log()) && Files.size(log()) > LOG_MAX_BYTES) {
            Files.delete(log());
        }
        if (Files.isDirectory(data())) {
            requireSameMajorVersion();
            return;
        }
        Path unfinished = folder.resolve("data.new");
        Folders.deleteIfExists(unfinished);
        var command = new ArrayList<>(List.of(
                binaries.program("initdb").toString(),
                "--pgdata=" + unfinished,
                "--username=" + EmbeddedPostgres.SUPERUSER,
                "--encoding=UTF8",
                // The provider that is in the server itself: the same order of text on every machine.
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C"));
        if (keeping != Keeping.DURABLE) {
            command.addAll(List.of("--no-sync", "--no-data-checksums"));
        }
        if (keeping == Keeping.TEMPORARY) {
            command.add("--auth=trust");
        } else {
            command.addAll(List.of("--auth=scram-sha-256", "--pwfile=" + newPasswordFile()));
        }
        var outcome = CommandRunner.run(user.command(command), INITDB_MAX);
        if (outcome.code() != 0) {
            throw new EmbeddedServerException("PostgreSQL could not set up " + folder + ": " + outcome.lastLine());
        }
        Files.writeString(
                unfinished.resolve("postgresql.conf"), "\ninclude '" + SETTINGS + "'\n", StandardOpenOption.APPEND);
        Files.move(unfinished, data(), StandardCopyOption.ATOMIC_MOVE);
    }

    private void requireSameMajorVersion() throws IOException {
        String found = Files.readString(data().resolve("PG_VERSION")).strip();
        String ours = Versions.postgres().substring(0, Versions.postgres().indexOf('.'));
        if (!found.equals(ours)) {
            throw new EmbeddedServerException("the data in " + folder + " is of PostgreSQL " + found
                    + " and this is PostgreSQL " + ours + ": dump it with the old version first");
        }
    }

    /** Writes what differs from PostgreSQL's defaults; at every start, so that a new release brings its own. */
    void writeSettings(int port) throws IOException {
        var lines = new ArrayList<>(List.of(
                "port = " + port,
                "listen_addresses = '127.0.0.1'",
                "unix_socket_directories = ''",
                "max_connections = " + EmbeddedPostgres.CONNECTIONS_MAX,
                "timezone = 'UTC'",
                "log_timezone = 'UTC'",
                "log_min_messages = warning"));
        if (keeping == Keeping.DURABLE) {
            // An import fills pages faster than 64 MiB can hold them: each would be written many times.
            // The queues of events are emptied as fast as they are filled: their room is used again only after a
            // vacuum.
            lines.addAll(List.of("shared_buffers = 256MB", "max_wal_size = 2GB", "autovacuum_naptime = 5s"));
        } else {
            lines.addAll(List.of(
                    "shared_buffers = 64MB", "fsync = off", "synchronous_commit = off", "full_page_writes = off"));
        }
        Path settings = data().resolve(SETTINGS);
        Files.write(settings, lines);
        user.own(settings);
    }

    /** What the superuser logs in with, or null where the loopback is trusted. */
    @Nullable
    String superuserPassword() throws IOException {
        return keeping == Keeping.TEMPORARY
                ? null
                : Files.readString(passwordFile()).strip();
    }

    private Path newPasswordFile() throws IOException {
        var random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        Path file = passwordFile();
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, HexFormat.of().formatHex(random));
        user.own(file);
        return file;
    }

    private Path passwordFile() {
        return folder.resolve("superuser.password");
    }
}

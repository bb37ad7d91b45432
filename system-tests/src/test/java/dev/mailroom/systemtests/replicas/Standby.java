package dev.mailroom.systemtests.replicas;

import dev.mailroom.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A second PostgreSQL, which has what the first one has before the first one says that it is committed. */
record Standby(EmbeddedPostgres server, Path folder) {
    private static final String NAME = "standby";
    private static final Duration READY_MAX = Duration.ofSeconds(30);

    /**
     * Copies a server that goes on working, and follows it.
     *
     * @param home of the first one
     * @param folder of the second one, not there yet
     * @return it answers reads only, until it is {@link #promote promoted}
     */
    static Standby of(EmbeddedPostgres primary, Path home, Path folder) throws Exception {
        Files.createDirectory(folder);
        try (Connection connection = primary.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("select pg_backup_start('" + NAME + "', true)");
            copy(home, folder);
            String label = text(statement, "select labelfile from pg_backup_stop()");
            furnish(
                    folder.resolve("data"),
                    primary.port(),
                    Files.readString(home.resolve("superuser.password")),
                    label);
            EmbeddedPostgres standby = EmbeddedPostgres.persistent(folder, 0);
            statement.execute("alter system set synchronous_standby_names = '" + NAME + "'");
            statement.execute("select pg_reload_conf()");
            Awaitility.await("the standby follows")
                    .atMost(READY_MAX)
                    .pollInSameThread()
                    .until(() -> text(statement, "select count(*) from pg_stat_replication where sync_state = 'sync'")
                            .equals("1"));
            return new Standby(standby, folder);
        }
    }

    /** From now on it is the first one. */
    void promote() throws SQLException {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("select pg_promote(true, " + READY_MAX.toSeconds() + ")");
        }
    }

    private static void copy(Path home, Path folder) throws IOException, InterruptedException {
        // Files come and go meanwhile: what is missing is in the log that is read first.
        new ProcessBuilder("cp", "-a", home.resolve("data").toString(), folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        MailboxFaults.shell("cp", "-a", home.resolve("superuser.password").toString(), folder.toString());
    }

    private static void furnish(Path data, int primaryPort, String password, String label) throws IOException {
        Files.deleteIfExists(data.resolve("postmaster.pid"));
        try (Stream<Path> log = Files.list(data.resolve("pg_wal"))) {
            for (Path segment : log.filter(Files::isRegularFile).toList()) {
                Files.delete(segment);
            }
        }
        Files.writeString(
                data.resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=127.0.0.1 port=%d user=postgres password=%s application_name=%s'%n"
                        .formatted(primaryPort, password.strip(), NAME),
                StandardOpenOption.APPEND);
        for (Path written : new Path[] {
            Files.writeString(data.resolve("backup_label"), label), Files.createFile(data.resolve("standby.signal"))
        }) {
            // Where we are root, PostgreSQL is not.
            Files.setOwner(written, Files.getOwner(data));
        }
    }

    private static String text(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}

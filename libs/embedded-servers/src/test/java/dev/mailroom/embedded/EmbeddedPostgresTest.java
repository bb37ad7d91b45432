package dev.mailroom.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddedPostgresTest {

    private Path folder = Path.of("unset");

    @BeforeEach
    void makeFolder() throws Exception {
        folder = Files.createTempDirectory("embedded-postgres-test");
        Files.setPosixFilePermissions(folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void deleteFolder() throws Exception {
        Folders.deleteIfExists(folder);
    }

    @Test
    void makesDatabasesThatOnlyTheirPasswordOpens() throws Exception {
        try (var postgres = EmbeddedPostgres.persistent(folder, 0)) {
            postgres.createDatabase("account", "account", "it's secret");

            try (var connection = connect(postgres, "it's secret")) {
                assertThat(version(connection)).startsWith("PostgreSQL 18");
            }
            assertThatThrownBy(() -> connect(postgres, "wrong"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");

            postgres.createDatabase("rules", "rules", "other");
            assertThatThrownBy(() -> DriverManager.getConnection(postgres.jdbcUrl("account"), "rules", "other"))
                    .hasMessageContaining("permission denied for database");
        }
    }

    @Test
    void givesADatabaseAnOwnerThatItsServiceIsNot() throws Exception {
        var owner = new DatabaseRole("account_owner", "owner");
        var service = new DatabaseRole("account", "secret");
        try (var postgres = EmbeddedPostgres.throwAway(folder, 0)) {
            // From before: the service's role owns everything.
            postgres.createDatabase("account", service.name(), service.password());
            execute(postgres, "create table kept (id int)");

            postgres.createDatabase("account", owner, service);
            postgres.createDatabase("account", owner, service);

            try (var superuser = postgres.connect("account");
                    var statement = superuser.createStatement()) {
                for (String query : List.of(
                        "select datdba::regrole::text from pg_database where datname = 'account'",
                        "select relowner::regrole::text from pg_class where relname = 'kept'")) {
                    try (var rows = statement.executeQuery(query)) {
                        assertThat(rows.next()).isTrue();
                        assertThat(rows.getString(1)).isEqualTo("account_owner");
                    }
                }
            }
            assertThatThrownBy(() -> execute(postgres, "drop table kept")).hasMessageContaining("must be owner");
            assertThatThrownBy(() -> execute(postgres, "create table more (id int)"))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void asksForPasswordsWhereDataIsThrownAwayToo() throws Exception {
        try (var postgres = EmbeddedPostgres.throwAway(folder, 0)) {
            postgres.createDatabase("account", "account", "secret");

            assertThat(setting(postgres, "fsync")).isEqualTo("off");
            assertThatThrownBy(() -> connect(postgres, "wrong")).isInstanceOf(SQLException.class);
        }
        assertThat(folder).exists();
    }

    @Test
    void writesToTheDiskWhatIsMeantToStay() throws Exception {
        try (var postgres = EmbeddedPostgres.persistent(folder, 0)) {
            postgres.createDatabase("account", "account", "secret");

            assertThat(setting(postgres, "fsync")).isEqualTo("on");
            assertThat(setting(postgres, "synchronous_commit")).isEqualTo("on");
            assertThat(setting(postgres, "full_page_writes")).isEqualTo("on");
            assertThat(setting(postgres, "data_checksums")).isEqualTo("on");
        }
    }

    @Test
    void keepsCommittedRowsOverStopAndStart() throws Exception {
        int port;
        try (var postgres = EmbeddedPostgres.persistent(folder, 0)) {
            port = postgres.port();
            postgres.createDatabase("account", "account", "secret");
            execute(postgres, "create table kept (id int)");
            execute(postgres, "insert into kept values (42)");
            postgres.stop();
            assertThat(postgres.isRunning()).isFalse();

            postgres.start();

            assertThat(postgres.port()).isEqualTo(port);
            execute(postgres, "insert into kept values (43)");
        }
        try (var again = EmbeddedPostgres.persistent(folder, port)) {
            again.createDatabase("account", "account", "secret");
            assertThat(count(again)).isEqualTo(2);
        }
    }

    @Test
    void comesBackAfterTheServerWasKilled() throws Exception {
        try (var postgres = EmbeddedPostgres.persistent(folder, 0)) {
            postgres.createDatabase("account", "account", "secret");
            execute(postgres, "create table kept (id int)");
            execute(postgres, "insert into kept values (42)");
            var process = ProcessHandle.of(postgres.pid()).orElseThrow();
            process.destroyForcibly();
            process.onExit().join();

            postgres.start();

            assertThat(count(postgres)).isEqualTo(1);
        }
    }

    @Test
    void removesAPidFileThatNamesAnInnocentProcess() throws Exception {
        EmbeddedPostgres.persistent(folder, 0).close();
        Path pidFile = folder.resolve("data/postmaster.pid");
        Files.writeString(pidFile, ProcessHandle.current().pid() + "\n" + folder.resolve("data") + "\n");

        try (var postgres = EmbeddedPostgres.persistent(folder, 0)) {
            assertThat(postgres.isRunning()).isTrue();
        }
    }

    @Test
    void namesThePortThatIsTaken() throws Exception {
        try (var squatter = new ServerSocket(0, 1, LoopbackPorts.loopback())) {
            assertThatThrownBy(() -> EmbeddedPostgres.persistent(folder, squatter.getLocalPort()))
                    .isInstanceOf(PortTakenException.class)
                    .hasMessage("port " + squatter.getLocalPort() + " for PostgreSQL is taken by another process");
        }
    }

    @Test
    void refusesAFolderThatIsInUse() {
        try (var postgres = EmbeddedPostgres.persistent(folder, 0)) {
            assertThat(postgres.isRunning()).isTrue();
            assertThatThrownBy(() -> EmbeddedPostgres.persistent(folder, 0))
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessageContaining("is in use by this process");
        }
    }

    @Test
    void refusesAFolderThatCannotBeWritten() {
        Path impossible = Path.of("/proc/mailroom");
        assertThatThrownBy(() -> EmbeddedPostgres.persistent(impossible, 0))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining("/proc/mailroom cannot be written");
    }

    @Test
    void startsAnewWhereTheFirstSetUpWasInterrupted() throws Exception {
        Files.createDirectories(folder.resolve("data.new/base"));
        try (var postgres = EmbeddedPostgres.persistent(folder, 0)) {
            assertThat(postgres.isRunning()).isTrue();
        }
    }

    @Test
    void leavesNothingOfATemporaryServer() throws Exception {
        var postgres = EmbeddedPostgres.temporary();
        Path data;
        try (var connection = postgres.connect("postgres");
                var statement = connection.createStatement();
                var rows = statement.executeQuery("show data_directory")) {
            rows.next();
            data = Path.of(rows.getString(1));
        }
        assertThat(data).exists();

        postgres.close();

        assertThat(postgres.isRunning()).isFalse();
        assertThat(data.getParent()).doesNotExist();
    }

    @Test
    void refusesANameThatIsNotAPlainIdentifier() {
        try (var postgres = EmbeddedPostgres.temporary()) {
            assertThatThrownBy(() -> postgres.createDatabase("a; drop database postgres", "a", "b"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static Connection connect(EmbeddedPostgres postgres, String password) throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl("account"), "account", password);
    }

    private static String version(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select version()")) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static String setting(EmbeddedPostgres postgres, String name) throws SQLException {
        try (var connection = connect(postgres, "secret");
                var statement = connection.createStatement();
                var rows = statement.executeQuery("show " + name)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static int count(EmbeddedPostgres postgres) throws SQLException {
        try (var connection = connect(postgres, "secret");
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from kept")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (var connection = connect(postgres, "secret");
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

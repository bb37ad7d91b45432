package dev.mailroom.embedded;

import dev.mailroom.embedded.PostgresCluster.Keeping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * One PostgreSQL server on 127.0.0.1, started by its factory method and stopped by {@link #close}.
 *
 * <p>A persistent server is durable (fsync, checksums) and asks for passwords; a temporary one trusts the loopback, trades safety for
 * speed and deletes its folder. Either ends with this JVM: by a shutdown hook, or, when the JVM is killed, by a watchdog process that
 * sees its pipe close. When the watchdog is killed as well, the next start on the folder stops the orphan first.
 *
 * <p>Thread safe.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    /** How many clients may be connected at once; the four services take about 25 each. */
    public static final int CONNECTIONS_MAX = 200;

    static final String SUPERUSER = "postgres";

    private static final int START_ATTEMPTS_MAX = 5;
    private static final int CONNECT_TIMEOUT_S = 10;
    private static final Pattern IDENTIFIER = Pattern.compile("[a-z][a-z0-9_]{0,62}");

    private final Postmaster postmaster;
    private final FolderLock lock;
    private final Thread closeAtExit;
    private final @Nullable String superuserPassword;
    private final @Nullable Path temporaryFolder;
    private boolean closed;

    private EmbeddedPostgres(
            Postmaster postmaster, FolderLock lock, @Nullable String password, @Nullable Path temporaryFolder) {
        this.postmaster = postmaster;
        this.lock = lock;
        this.superuserPassword = password;
        this.temporaryFolder = temporaryFolder;
        this.closeAtExit = new Thread(this::stopForGood, "embedded-postgres-close");
        Runtime.getRuntime().addShutdownHook(closeAtExit);
    }

    /**
     * Starts a server whose data is gone when it is closed, on a free port.
     *
     * @throws EmbeddedServerException if it cannot be started here
     */
    public static EmbeddedPostgres temporary() {
        try {
            Path folder = Files.createTempDirectory("mailroom-postgres").toRealPath();
            return open(folder, 0, Keeping.TEMPORARY);
        } catch (IOException e) {
            throw new EmbeddedServerException("no temporary folder could be made: " + e.getMessage(), e);
        }
    }

    /**
     * Starts a server on a folder that is kept, and sets the folder up at the first start.
     *
     * @param folder made if absent; belongs to this server alone
     * @param port 1..65535, or 0 for a free one
     * @throws PortTakenException if somebody listens on the port
     * @throws EmbeddedServerException if the folder is in use or cannot be written, or the server cannot be started here
     */
    public static EmbeddedPostgres persistent(Path folder, int port) {
        return open(folder, port, Keeping.DURABLE);
    }

    /**
     * Starts a server like {@link #persistent}, but fast and not safe: for data that nobody will miss. The caller deletes the folder.
     *
     * @param port 1..65535, or 0 for a free one
     */
    public static EmbeddedPostgres throwAway(Path folder, int port) {
        return open(folder, port, Keeping.THROW_AWAY);
    }

    private static EmbeddedPostgres open(Path folder, int port, Keeping keeping) {
        FolderLock lock = FolderLock.take(folder, "server.lock");
        try {
            Path real = folder.toRealPath();
            var user = UnprivilegedUser.find();
            user.own(real);
            var binaries = PostgresBinaries.unpacked();
            user.requireReach(real);
            user.requireReach(binaries.home());
            var cluster = new PostgresCluster(binaries, user, real, keeping);
            cluster.prepare();
            var postmaster = new Postmaster(cluster);
            startSomewhere(postmaster, port);
            return new EmbeddedPostgres(
                    postmaster, lock, cluster.superuserPassword(), keeping == Keeping.TEMPORARY ? real : null);
        } catch (IOException e) {
            lock.close();
            throw new EmbeddedServerException("PostgreSQL could not be started: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static void startSomewhere(Postmaster postmaster, int port) throws IOException {
        if (port != 0) {
            postmaster.start(port);
            return;
        }
        for (int attempt = 1; ; attempt++) {
            try {
                postmaster.start(LoopbackPorts.free());
                return;
            } catch (PortTakenException e) {
                if (attempt == START_ATTEMPTS_MAX) {
                    throw e;
                }
            }
        }
    }

    /** Always {@code 127.0.0.1}. */
    public String host() {
        return "127.0.0.1";
    }

    /** The port that clients connect to, the same after {@link #stop} and {@link #start}. */
    public int port() {
        return postmaster.port();
    }

    /** The process id of the server. */
    public long pid() {
        return postmaster.pid();
    }

    /** {@code jdbc:postgresql://127.0.0.1:PORT/database}. */
    public String jdbcUrl(String database) {
        return "jdbc:" + reactiveUrl(database);
    }

    /** {@code postgresql://127.0.0.1:PORT/database}, as the reactive client wants it. */
    public String reactiveUrl(String database) {
        return "postgresql://" + host() + ":" + port() + "/" + database;
    }

    /** Whether the server process is alive. */
    public boolean isRunning() {
        return postmaster.isAlive();
    }

    /**
     * A connection as the superuser, which the caller closes.
     *
     * @throws SQLException if the server is not there
     */
    public Connection connect(String database) throws SQLException {
        var source = new PGSimpleDataSource();
        source.setURL(jdbcUrl(database));
        source.setUser(SUPERUSER);
        source.setPassword(superuserPassword);
        source.setConnectTimeout(CONNECT_TIMEOUT_S);
        return source.getConnection();
    }

    /**
     * Makes a database and the role that owns it, or gives an existing role this password.
     *
     * @param name database, lower case letters, digits and underscores, at most 63
     * @param role its owner, in the same form
     * @throws EmbeddedServerException if the server refuses
     */
    public void createDatabase(String name, String role, String password) {
        var owner = new DatabaseRole(role, password);
        createDatabase(name, owner, owner);
    }

    /**
     * Makes a database, the role that owns it, and the role that a service works as, or gives existing roles these passwords. What the
     * service's role owns in a database from before goes to the owner.
     *
     * @param name database, lower case letters, digits and underscores, at most 63
     * @param service the owner again, or a role that may do nothing but what the owner grants it
     * @throws EmbeddedServerException if the server refuses
     */
    public void createDatabase(String name, DatabaseRole owner, DatabaseRole service) {
        requireIdentifier(name);
        requireIdentifier(owner.name());
        requireIdentifier(service.name());
        try {
            boolean separate = !owner.name().equals(service.name());
            boolean fromBefore;
            try (Connection connection = connect("postgres");
                    Statement statement = connection.createStatement()) {
                prepareRole(connection, owner);
                if (separate) {
                    prepareRole(connection, service);
                }
                fromBefore = exists(connection, "select 1 from pg_database where datname = ?", name);
                if (!fromBefore) {
                    statement.execute("create database " + name + " owner " + owner.name());
                }
            }
            if (separate && fromBefore) {
                try (Connection connection = connect(name);
                        Statement statement = connection.createStatement()) {
                    statement.execute("reassign owned by " + service.name() + " to " + owner.name());
                }
            }
            // Last: a change of the owner takes the rights of the old one along.
            try (Connection connection = connect("postgres");
                    Statement statement = connection.createStatement()) {
                statement.execute("revoke connect on database " + name + " from public");
                statement.execute("grant connect on database " + name + " to " + owner.name() + ", " + service.name());
            }
        } catch (SQLException e) {
            throw new EmbeddedServerException("database " + name + " could not be made: " + e.getMessage(), e);
        }
    }

    private static void prepareRole(Connection connection, DatabaseRole role) throws SQLException {
        String verb = exists(connection, "select 1 from pg_roles where rolname = ?", role.name()) ? "alter" : "create";
        try (Statement statement = connection.createStatement()) {
            statement.execute(verb + " role " + role.name() + " login nosuperuser nocreatedb nocreaterole nobypassrls"
                    + " password '" + role.password().replace("'", "''") + "'");
        }
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void requireIdentifier(String name) {
        if (!IDENTIFIER.matcher(name).matches()) {
            throw new IllegalArgumentException("not a plain identifier: " + name);
        }
    }

    /** Starts the server again on the same port after {@link #stop} or after its process died; does nothing while it runs. */
    public synchronized void start() {
        try {
            postmaster.start(postmaster.port());
        } catch (IOException e) {
            throw new EmbeddedServerException("PostgreSQL could not be started: " + e.getMessage(), e);
        }
    }

    /** Stops the server and drops its clients; committed data stays. */
    public synchronized void stop() {
        postmaster.stop();
    }

    /** Leaves it to the caller to close this before the JVM ends: for those who stop several things in an order. */
    public void keepUntilClosed() {
        Runtime.getRuntime().removeShutdownHook(closeAtExit);
    }

    /** Stops the server for good; a temporary one deletes its folder. Closing twice is allowed. */
    @Override
    public void close() {
        stopForGood();
        try {
            Runtime.getRuntime().removeShutdownHook(closeAtExit);
        } catch (IllegalStateException e) {
            // The JVM is going down and the hook runs anyway: there is nothing left to remove.
            return;
        }
    }

    private synchronized void stopForGood() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            postmaster.stop();
            if (temporaryFolder != null) {
                Folders.deleteIfExists(temporaryFolder);
            }
        } catch (IOException e) {
            throw new EmbeddedServerException("the temporary folder could not be deleted: " + e.getMessage(), e);
        } finally {
            lock.close();
        }
    }
}

package dev.mailroom.testkit;

import dev.mailroom.embedded.EmbeddedPostgres;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.ds.PGSimpleDataSource;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** The PostgreSQL server of this JVM's tests. Databases of different names do not see each other. */
public final class TestPostgres {

    private static final String IMAGE = "postgres:18-alpine";
    private static final String SUPERUSER = "postgres";
    private static final String ADDRESS = "dev.mailroom.testkit.postgres";
    private static final AtomicInteger SERIAL = new AtomicInteger();

    private final String host;
    private final int port;

    private TestPostgres(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /** The one server, started by the first who asks and stopped at the end of the JVM. */
    public static TestPostgres shared() {
        String address = SharedProperty.get(ADDRESS, TestPostgres::start);
        int colon = address.lastIndexOf(':');
        return new TestPostgres(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    private static String start() {
        if (InfrastructureChoice.ofThisMachine() == InfrastructureChoice.DOCKER) {
            var container =
                    new PostgreSQLContainer(IMAGE).withUsername(SUPERUSER).withPassword(SUPERUSER);
            container.start();
            return container.getHost() + ":" + container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT);
        }
        var postgres = EmbeddedPostgres.temporary();
        return postgres.host() + ":" + postgres.port();
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    /**
     * Makes a database and its owner of the same name, unless they are there.
     *
     * @param name lower case letters, digits, underscores
     */
    public TestDatabase database(String name) {
        return database(name, name);
    }

    /**
     * Makes a database, its owner, and a role of the database's name for the service, which owns nothing; unless they are there.
     *
     * @param name lower case letters, digits, underscores
     * @param owner in the same form
     */
    public TestDatabase database(String name, String owner) {
        requireIdentifier(name);
        requireIdentifier(owner);
        try (var connection = superuser().getConnection();
                var statement = connection.createStatement()) {
            try (var rows = statement.executeQuery("select 1 from pg_roles where rolname = '" + name + "'")) {
                if (rows.next()) {
                    return describe(name, owner);
                }
            }
            statement.execute("create role " + name + " login password '" + name + "'");
            if (!owner.equals(name)) {
                statement.execute("create role " + owner + " login password '" + owner + "'");
            }
            statement.execute("create database " + name + " owner " + owner);
            return describe(name, owner);
        } catch (SQLException e) {
            throw new IllegalStateException("database " + name + " could not be made", e);
        }
    }

    /** Makes an empty database that no other test has, with a name that begins with {@code prefix}. */
    public TestDatabase freshDatabase(String prefix) {
        return database(prefix + "_" + SERIAL.incrementAndGet() + "_"
                + Integer.toHexString(System.identityHashCode(TestPostgres.class)));
    }

    private static void requireIdentifier(String name) {
        if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
            throw new IllegalArgumentException("not a plain identifier: " + name);
        }
    }

    private TestDatabase describe(String name, String owner) {
        String url = "postgresql://" + host + ":" + port + "/" + name;
        return new TestDatabase(name, host, port, name, name, owner, "jdbc:" + url, url);
    }

    private PGSimpleDataSource superuser() {
        var source = new PGSimpleDataSource();
        source.setURL("jdbc:postgresql://" + host + ":" + port + "/postgres");
        source.setUser(SUPERUSER);
        source.setPassword(SUPERUSER);
        return source;
    }
}

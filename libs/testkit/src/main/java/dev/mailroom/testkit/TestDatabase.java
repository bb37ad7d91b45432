package dev.mailroom.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database of the test server with the role that a service works as and the one that owns it, which often is the same.
 *
 * @param owner its password is its name
 * @param jdbcUrl as the JDBC driver wants it
 * @param reactiveUrl as the reactive client wants it
 */
public record TestDatabase(
        String name,
        String host,
        int port,
        String username,
        String password,
        String owner,
        String jdbcUrl,
        String reactiveUrl) {

    /** A JDBC connection as the service, which the caller closes. */
    public Connection connect() throws SQLException {
        return connect(username, password);
    }

    /** A JDBC connection as the owner, which the caller closes. */
    public Connection connectAsOwner() throws SQLException {
        return connect(owner, owner);
    }

    private Connection connect(String role, String secret) throws SQLException {
        var source = new PGSimpleDataSource();
        source.setURL(jdbcUrl);
        source.setUser(role);
        source.setPassword(secret);
        return source.getConnection();
    }

    /** Runs one statement as the owner. */
    public void execute(String sql) throws SQLException {
        try (var connection = connectAsOwner();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

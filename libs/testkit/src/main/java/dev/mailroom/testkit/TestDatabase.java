package dev.mailroom.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database of the test server with the role that owns it.
 *
 * @param jdbcUrl as the JDBC driver wants it
 * @param reactiveUrl as the reactive client wants it
 */
public record TestDatabase(
        String name, String host, int port, String username, String password, String jdbcUrl, String reactiveUrl) {

    /** A JDBC connection as the owner, which the caller closes. */
    public Connection connect() throws SQLException {
        var source = new PGSimpleDataSource();
        source.setURL(jdbcUrl);
        source.setUser(username);
        source.setPassword(password);
        return source.getConnection();
    }

    /** Runs one statement as the owner. */
    public void execute(String sql) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

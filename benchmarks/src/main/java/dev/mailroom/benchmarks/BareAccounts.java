package dev.mailroom.benchmarks;

import dev.mailroom.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The table of accounts without a service in front of it, read with row security as the service reads it. */
final class BareAccounts implements AutoCloseable {
    private static final String PAGE =
            "select * from accounts where organization_id = ? and id > ? order by id limit ?";

    /** What differs between the copies of an account. */
    private static final Map<String, String> OWN = Map.of(
            "id", "gen_random_uuid()",
            "email", "'user-' || n || '@example.com'",
            "username", "'user-' || n || '@example.com'",
            "mailbox_key", "'user-' || n");

    private final Connection connection;
    private final UUID organization;
    private final List<UUID> ids = new ArrayList<>();

    BareAccounts(EmbeddedPostgres postgres, UUID organization) throws SQLException {
        this.organization = organization;
        this.connection = postgres.connect(ConnectStack.DATABASE);
    }

    /** Copies the one account of the organization until there are so many. */
    void copyUpTo(int accounts) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet names = statement.executeQuery(
                    "select column_name from information_schema.columns where table_schema = 'public' and table_name = 'accounts'")) {
                while (names.next()) {
                    columns.add(names.getString(1));
                }
            }
            List<String> values = columns.stream()
                    .map(column -> OWN.getOrDefault(column, "a." + column))
                    .toList();
            statement.executeUpdate("insert into accounts (" + String.join(", ", columns) + ") select "
                    + String.join(", ", values) + " from accounts a, generate_series(2, " + accounts
                    + ") n where a.organization_id = '" + organization + "'");
            statement.execute("analyze accounts");
            try (ResultSet all = statement.executeQuery(
                    "select id from accounts where organization_id = '" + organization + "' order by id")) {
                while (all.next()) {
                    ids.add(all.getObject(1, UUID.class));
                }
            }
            // From here on as the service: no owner of the database, and row security applies.
            statement.execute("set role " + ConnectStack.DATABASE);
        }
        connection.setAutoCommit(false);
    }

    /** Reads the rows behind so many others in one transaction. */
    void page(int offset, int limit) throws SQLException {
        try (PreparedStatement tenant =
                        connection.prepareStatement("select set_config('mailroom.organization', ?, true)");
                PreparedStatement page = connection.prepareStatement(PAGE)) {
            tenant.setString(1, organization.toString());
            tenant.execute();
            page.setObject(1, organization);
            page.setObject(2, offset == 0 ? new UUID(0, 0) : ids.get(offset - 1));
            page.setInt(3, limit);
            int rows = 0;
            try (ResultSet found = page.executeQuery()) {
                int columns = found.getMetaData().getColumnCount();
                while (found.next()) {
                    for (int column = 1; column <= columns; column++) {
                        found.getObject(column);
                    }
                    rows++;
                }
            }
            if (rows != limit) {
                throw new IllegalStateException(rows + " rows in place of " + limit);
            }
        }
        connection.commit();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

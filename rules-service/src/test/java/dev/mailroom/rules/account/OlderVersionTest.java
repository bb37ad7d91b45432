package dev.mailroom.rules.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.testkit.OldSchema;
import dev.mailroom.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Accounts that an older version of the service took over, before this one or beside it while it is being replaced. */
class OlderVersionTest {
    private static final String FIRST_VERSION = "1";

    @Test
    void areKnownToTheirOwnersAlone() throws Exception {
        try (Connection connection =
                        TestPostgres.shared().freshDatabase("upgraded").connect();
                Statement statement = connection.createStatement()) {
            OldSchema.migrate(connection, "0", FIRST_VERSION);
            insertAsFirstVersion(statement);
            OldSchema.migrate(connection, FIRST_VERSION);
            insertAsFirstVersion(statement);

            try (ResultSet rows = statement.executeQuery(
                    "select count(*) from account where shared and not everyone and readers = '{}'")) {
                rows.next();
                assertThat(rows.getLong(1)).isEqualTo(2);
            }
        }
    }

    /** With the columns of the first version alone. */
    private static void insertAsFirstVersion(Statement statement) throws SQLException {
        statement.execute("insert into account (id, organization, owner, shared, removed, revision) values ('"
                + UUID.randomUUID() + "', '" + UUID.randomUUID() + "', '" + UUID.randomUUID() + "', true, false, 1)");
    }
}

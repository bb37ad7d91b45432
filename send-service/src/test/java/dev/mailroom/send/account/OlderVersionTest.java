package dev.mailroom.send.account;

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
    void nobodyIsKnownToUseWhatAnOlderVersionTookOver() throws Exception {
        try (Connection connection =
                        TestPostgres.shared().freshDatabase("upgraded").connect();
                Statement statement = connection.createStatement()) {
            OldSchema.migrate(connection, "0", FIRST_VERSION);
            insertAsFirstVersion(statement);
            OldSchema.migrate(connection, FIRST_VERSION);
            insertAsFirstVersion(statement);

            assertThat(count(statement, "select count(*) from accounts")).isEqualTo(2);
            assertThat(count(
                            statement,
                            "select count(*) from accounts where audience_revision is null"
                                    + " and not audience_everyone and audience_users = '{}'"))
                    .isEqualTo(2);
        }
    }

    @Test
    void aRevisionThatAnOlderVersionTakesOverIsNotHeardAnyMore() throws Exception {
        try (Connection connection =
                        TestPostgres.shared().freshDatabase("upgraded").connect();
                Statement statement = connection.createStatement()) {
            OldSchema.migrate(connection, "0");
            insertAsFirstVersion(statement);
            statement.execute("update accounts set audience_everyone = true, audience_revision = revision");

            statement.execute("update accounts set revision = revision + 1, shared = false, display_name = 'x'");

            assertThat(count(statement, "select count(*) from accounts where audience_revision = revision"))
                    .isZero();
        }
    }

    /** With the columns of the first version alone. */
    private static void insertAsFirstVersion(Statement statement) throws SQLException {
        statement.execute("""
                insert into accounts (id, organization_id, revision, owner_id, shared, email, display_name, addresses, smtp_host, smtp_port,
                    smtp_encryption, paused, removed, credential_version, refusals, sealed, sealed_version, sealed_username)
                values ('%s', '%s', 3, '%s', true, 'ana@example.com', 'Ana', '{ana@example.com}', 'smtp.example.com', 587, 'starttls',
                    false, false, 1, 0, null, null, null)
                """.formatted(UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID()));
    }

    private static long count(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}

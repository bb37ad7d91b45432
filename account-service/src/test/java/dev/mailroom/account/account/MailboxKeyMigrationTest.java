package dev.mailroom.account.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.testkit.TestDatabase;
import dev.mailroom.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Rows from before a mailbox was known by any name get the key that the service would give them, and no two rows get in each other's way. */
class MailboxKeyMigrationTest {
    private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");
    private static final UUID ORGANIZATION = new UUID(0, 1);
    private static final String HOST = "imap.example.com\n";

    @Test
    void givesOldRowsTheirKeys() throws Exception {
        TestDatabase database = TestPostgres.shared().freshDatabase("mailboxkey");
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql("V1__accounts.sql"));
            statement.execute("select set_config('mailroom.organization', '*', false)");
            statement.execute("insert into organizations values ('" + ORGANIZATION + "', 'paid', now())");
            insert(statement, 1, "Ana@Example.com", "ANA@example.com");
            insert(statement, 2, "bo@example.com", "bo");
            insert(statement, 3, "cy@example.com", "CORP\\cy");
            insert(statement, 4, "dee@example.com", "CORP\\dee\\support");
            insert(statement, 5, "eve@example.com", "eve");
            insert(statement, 6, "eve@example.com", "eve@example.com");

            connection.setAutoCommit(false);
            statement.execute(sql("V7__one_mailbox_by_any_name.sql"));
            connection.commit();

            assertThat(keys(statement))
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            1, HOST + "ana@example.com",
                            2, HOST + "bo@example.com",
                            3, HOST + "cy@example.com",
                            4, HOST + "corp\\dee\\support",
                            // One mailbox connected twice before anybody could tell: both stay.
                            5, HOST + "eve",
                            6, HOST + "eve@example.com"));
            assertThat(keys(statement).get(3))
                    .isEqualTo(MailboxNames.key("imap.example.com", "CORP\\cy", "cy@example.com"));
        }
    }

    @Test
    void givesThisMachineOneName() throws Exception {
        TestDatabase database = TestPostgres.shared().freshDatabase("mailboxhost");
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql("V1__accounts.sql"));
            statement.execute("select set_config('mailroom.organization', '*', false)");
            statement.execute("insert into organizations values ('" + ORGANIZATION + "', 'paid', now())");
            for (int number = 1; number <= 5; number++) {
                insert(statement, number, "ana" + number + "@example.com", "u" + number);
            }
            connection.setAutoCommit(false);
            statement.execute(sql("V7__one_mailbox_by_any_name.sql"));
            String moved =
                    "update accounts set imap_host = '%1$s', mailbox_key = '%1$s' || e'\n' || username where username = 'u%2$d'";
            statement.execute(moved.formatted("127.0.0.1", 1));
            statement.execute(moved.formatted("::1", 2));
            statement.execute(moved.formatted("localhost", 4));
            statement.execute(
                    "update accounts set imap_host = '127.0.0.1', username = 'u4', mailbox_key = e'127.0.0.1\\nu4'"
                            + " where username = 'u5'");

            statement.execute(sql("V10__one_name_of_this_machine.sql"));
            connection.commit();

            assertThat(keys(statement))
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            1, "localhost\nu1",
                            2, "localhost\nu2",
                            3, HOST + "u3",
                            4, "localhost\nu4",
                            // Connected twice before anybody could tell: both stay.
                            5, "127.0.0.1\nu4"));
        }
    }

    private static String sql(String file) throws IOException {
        return Files.readString(MIGRATIONS.resolve(file));
    }

    private static void insert(Statement statement, int id, String email, String username) throws SQLException {
        statement.execute("""
                insert into accounts (id, organization_id, owner_id, revision, kind, display_name, email, username,
                    imap_host, imap_port, imap_encryption, smtp_host, smtp_port, smtp_encryption, history, sharing_mode,
                    sidebar, push, credential_version, state, state_since, created_at, updated_at)
                values ('%s', '%s', '%s', 1, 'imap', 'x', '%s', '%s', 'IMAP.example.com', 993, 'tls', 'smtp.example.com',
                    587, 'starttls', '1y', 'personal', 'pin_all', 'idle', 1, 'live', now(), now(), now())
                """.formatted(new UUID(0, id), ORGANIZATION, ORGANIZATION, email, username));
    }

    private static Map<Integer, String> keys(Statement statement) throws SQLException {
        statement.execute("select set_config('mailroom.organization', '*', true)");
        Map<Integer, String> keys = new HashMap<>();
        try (ResultSet rows = statement.executeQuery("select id, mailbox_key from accounts")) {
            while (rows.next()) {
                keys.put((int) rows.getObject(1, UUID.class).getLeastSignificantBits(), rows.getString(2));
            }
        }
        return keys;
    }
}

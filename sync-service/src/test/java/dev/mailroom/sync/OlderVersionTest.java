package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.testkit.OldSchema;
import dev.mailroom.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an older version of the service writes and reads while it is being replaced. It says nothing about for whom it works. */
class OlderVersionTest {
    private static final UUID ORGANIZATION = new UUID(0, 1);
    private static final String FIRST_VERSION = "1";
    private static final String TABLES =
            "select least((select count(*) from account), (select count(*) from mailbox), (select count(*) from conversation),"
                    + " (select count(*) from message), (select count(*) from copy), (select count(*) from command))";

    private Connection connection;
    private Statement statement;

    @BeforeEach
    void openSchemaOfTheFirstVersion() throws Exception {
        connection = TestPostgres.shared().freshDatabase("upgraded").connect();
        statement = connection.createStatement();
        OldSchema.migrate(connection, "0", FIRST_VERSION);
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
    }

    @Test
    void writesAndReadsOn() throws Exception {
        write(1);
        OldSchema.migrate(connection, FIRST_VERSION);
        write(2);

        assertThat(number(TABLES)).isEqualTo(2);
        assertThat(statement.executeUpdate("update mailbox set messages = 7")).isEqualTo(2);
        assertThat(statement.executeUpdate("update command set state = 'succeeded' where state = 'planned'"))
                .isEqualTo(2);
    }

    @Test
    void whatItLeavesOutIsFilledIn() throws Exception {
        write(1);
        OldSchema.migrate(connection, FIRST_VERSION);
        write(2);

        assertThat(
                        number(
                                "select count(*) from copy c join message m on m.id = c.message_id where c.message_at = m.delivered_at"))
                .isEqualTo(2);
        assertThat(number("select count(*) from message where recipients @> '{bo@example.com,cy@example.com}'"
                        + " and cardinality(recipients) = 2"))
                .isEqualTo(2);
    }

    @Test
    void aCopyOfAMessageThatIsNotThereStandsWhereTheServerReceivedIt() throws Exception {
        OldSchema.migrate(connection, FIRST_VERSION);
        write(1);
        statement.execute("delete from copy");

        writeCopy(1, new UUID(9, 9));

        assertThat(number("select count(*) from copy where message_at = internal_date"))
                .isEqualTo(1);
    }

    @Test
    void whatThisVersionWritesStaysAsItIs() throws Exception {
        OldSchema.migrate(connection, FIRST_VERSION);
        write(1);
        statement.execute("delete from copy");

        statement.execute("""
                insert into copy (mailbox_id, uid_validity, uid, account_id, message_id, flags, seen, flagged, internal_date, message_at)
                values ('%s', 1, 1, '%s', '%s', '{}', false, false, '2026-01-01', '2025-05-05')
                """.formatted(id(2, 1), id(1, 1), id(4, 1)));

        assertThat(number("select count(*) from copy where message_at = '2025-05-05'"))
                .isEqualTo(1);
    }

    /** An account with a mailbox and a message, with the columns of the first version alone. */
    private void write(int n) throws SQLException {
        statement.execute("""
                insert into account (id, organization_id, shard, revision, paused, email, username, imap_host, imap_port, imap_encryption,
                    history, credential_version, created_at)
                values ('%s', '%s', 1, 1, false, 'bo@example.com', 'bo', 'imap.example.com', 993, 'tls', '1y', 1, now())
                """.formatted(id(1, n), ORGANIZATION));
        statement.execute("""
                insert into mailbox (id, account_id, organization_id, raw_name, delimiter, path)
                values ('%s', '%s', '%s', 'INBOX', '/', '{INBOX}')
                """.formatted(id(2, n), id(1, n), ORGANIZATION));
        statement.execute("""
                insert into conversation (id, organization_id, subject, last_activity_at) values ('%s', '%s', 'x', now())
                """.formatted(id(3, n), ORGANIZATION));
        statement.execute("""
                insert into message (id, organization_id, conversation_id, content_key, subject, preview, body, content, delivered_at,
                    size_bytes)
                values ('%s', '%s', '%s', '\\x0%d', 'x', '', '',
                    '{"to": [{"address": "Bo@example.com"}], "cc": [{"address": "cy@example.com"}, {"name": "none"}]}',
                    '2025-02-02', 1)
                """.formatted(id(4, n), ORGANIZATION, id(3, n), n));
        writeCopy(n, id(4, n));
        statement.execute("""
                insert into command (id, account_id, organization_id, type, payload, state)
                values ('%s', '%s', '%s', 'archive', '{}', 'planned')
                """.formatted(id(5, n), id(1, n), ORGANIZATION));
    }

    private void writeCopy(int n, UUID message) throws SQLException {
        statement.execute("""
                insert into copy (mailbox_id, uid_validity, uid, account_id, message_id, flags, seen, flagged, internal_date)
                values ('%s', 1, 1, '%s', '%s', '{}', false, false, '2026-01-01')
                """.formatted(id(2, n), id(1, n), message));
    }

    private static UUID id(int kind, int n) {
        return new UUID(kind, n);
    }

    private long number(String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}

package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.testkit.TestPostgres;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The second layer: PostgreSQL itself hides other organizations, whatever a statement asks for. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class RowSecurityTest extends Colleagues {
    private static final String[] TABLES = {
        "mailbox", "conversation", "conversation_reference", "message", "command", "quarantine"
    };

    @Test
    void aRequestSeesItsOrganizationAlone() throws Exception {
        example(Sharing.EVERYONE);

        for (String table : TABLES) {
            String count = "select count(*) as n from " + table;
            assertThat(database.<Long>reading(
                            UUID.randomUUID(),
                            sql -> sql.first(count).orElseThrow().getLong("n")))
                    .as(table)
                    .isZero();
            Set<UUID> seen = new TreeSet<>();
            database.reading(organization, sql -> sql.query("select distinct organization_id as id from " + table))
                    .forEach(row -> seen.add(row.getUUID("id")));
            assertThat(seen).as(table).containsExactly(organization);
        }
    }

    @Test
    void aRequestCannotWriteForAnotherOrganization() throws Exception {
        Example example = example(Sharing.EVERYONE);
        UUID stranger = UUID.randomUUID();

        int changed = database.forOrganization(
                stranger, tx -> tx.execute("update mailbox set pinned = true where id = $1", example.mailbox()));

        assertThat(changed).isZero();
        assertThatThrownBy(() -> database.forOrganization(
                        stranger, tx -> tx.execute("""
                        insert into command (id, account_id, organization_id, type, payload, state)
                        values ($1, $2, $3, 'archive', '{}', 'requested')
                        """, UUID.randomUUID(), example.account(), organization)))
                .hasMessageContaining("row-level security");
    }

    @Test
    void theSettingEndsWithItsTransaction() throws Exception {
        example(Sharing.EVERYONE);
        for (int i = 0; i < 50; i++) {
            database.reading(UUID.randomUUID(), sql -> sql.query("select 1"));
        }

        assertThat(database.first("select current_setting('mailroom.organization') as s")
                        .orElseThrow()
                        .getString("s"))
                .isEqualTo("*");
    }

    @Test
    void whoIsLeftWithoutForWhomHeWorksSeesNothing() throws Exception {
        example(Sharing.EVERYONE);

        try (var connection = TestPostgres.shared().database("sync").connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select set_config('mailroom.organization', '" + organization + "', true)");
            assertThat(count(statement, "message")).isPositive();
            connection.commit();
            // What a setting leaves behind that ended with its transaction.
            for (String table : TABLES) {
                assertThat(count(statement, table)).as(table).isZero();
            }
        }
    }

    /** An older version of the service knows no setting; behind closed tables it would take every mailbox for new. */
    @Test
    void aConnectionThatNeverHadTheSettingWorksForAll() throws Exception {
        example(Sharing.EVERYONE);

        try (var connection = TestPostgres.shared().database("sync").connect();
                var statement = connection.createStatement()) {
            assertThat(count(statement, "message")).isPositive();
        }
    }

    private static long count(Statement statement, String table) throws SQLException {
        try (ResultSet rows = statement.executeQuery("select count(*) from " + table)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}

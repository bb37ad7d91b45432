package dev.mailroom.account.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The role that the service works as cannot take down what keeps organizations apart. */
@QuarkusTest
class DatabaseRoleTest extends ServiceTest {
    private static final String TABLES =
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')";

    /** The state of an SQL error, whatever its words are. */
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final TestMailbox mailbox = TestMailbox.start();

    @AfterEach
    void stopMailbox() {
        mailbox.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table accounts disable row level security",
                "alter table accounts no force row level security",
                "drop policy tenant on accounts",
                "alter policy tenant on accounts using (true)",
                "create policy everyone on accounts using (true)",
                "drop table accounts",
                "truncate accounts cascade",
                "alter table accounts add column x text",
                "alter table accounts owner to account",
                "create or replace function works_for(organization uuid) returns boolean language sql as 'select true'",
                "drop trigger no_retired_key on credentials",
                "create table x (id int)",
                "create view x as select * from accounts",
                "set role account_owner",
                "set session authorization account_owner",
                "alter role account bypassrls",
                "update audit_log set action = 'a.b'",
                "delete from audit_log",
                "truncate audit_log",
                "create or replace function prune_audit_log(before timestamptz, most integer) returns integer language sql as 'select 1'",
                "alter table audit_log disable row level security",
                "drop policy prune on audit_log",
                "update flyway_schema_history set checksum = 0",
                "delete from flyway_schema_history"
            })
    void isRefused(String statement) {
        assertThatThrownBy(() -> {
                    try (Connection connection = database().connect();
                            Statement sql = connection.createStatement()) {
                        sql.execute("select set_config('mailroom.organization', '*', false)");
                        sql.execute(statement);
                    }
                })
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refused -> assertThat(refused.getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE));
    }

    @Test
    void cannotPassOnWhatItMay() throws SQLException {
        try (Connection connection = database().connect();
                Statement sql = connection.createStatement()) {
            // PostgreSQL answers with no more than a warning.
            sql.execute("grant all on accounts to public");
        }

        assertThat(rows("select c.relname from pg_class c, aclexplode(c.relacl) entry"
                        + " where c.relnamespace = 'public'::regnamespace and entry.grantee = 0"))
                .isEmpty();
    }

    @Test
    void ownsNothingAndIsNobodyElse() {
        assertThat(rows("select relname from pg_class where relowner = 'account'::regrole"))
                .isEmpty();
        assertThat(rows("select proname from pg_proc where proowner = 'account'::regrole"))
                .isEmpty();
        assertThat(rows("select datname from pg_database where datdba = 'account'::regrole"))
                .isEmpty();
        assertThat(rows("select roleid::regrole from pg_auth_members where member = 'account'::regrole"))
                .isEmpty();
        assertThat(rows("select rolname from pg_roles where rolname = 'account' and (rolsuper or rolbypassrls"
                        + " or rolcreaterole or rolcreatedb)"))
                .isEmpty();
    }

    @Test
    void mayWorkWithTheRowsOfEveryTableAndNothingElse() {
        List<String> rights = rows("select c.relname || ':' || coalesce(string_agg(p.letter, '' order by p.place)"
                + " filter (where has_table_privilege('account', c.oid, p.name)), '')"
                + " from pg_class c cross join (values (1, 'S', 'select'), (2, 'I', 'insert'), (3, 'U', 'update'),"
                + " (4, 'D', 'delete'), (5, 'T', 'truncate'), (6, 'R', 'references'), (7, 'G', 'trigger'),"
                + " (8, 'M', 'maintain')) p (place, letter, name)"
                + " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')"
                + " group by c.relname");

        assertThat(rights).hasSizeGreaterThan(20).contains("audit_log:SI", "flyway_schema_history:", "outbox:SIUD");
        assertThat(rights)
                .filteredOn(right -> !right.startsWith("audit_log:") && !right.startsWith("flyway_schema_history:"))
                .allSatisfy(right -> assertThat(right).endsWith(":SIUD"));
    }

    @Test
    void cannotChangeAnyTable() throws SQLException {
        try (Connection connection = database().connect();
                Statement sql = connection.createStatement()) {
            for (String table : rows(TABLES)) {
                for (String change : List.of(
                        "alter table %s disable row level security",
                        "alter table %s no force row level security",
                        "alter table %s disable trigger all",
                        "alter table %s add column x text",
                        "create policy everyone on %s using (true)",
                        "truncate %s",
                        "drop table %s")) {
                    assertThatThrownBy(() -> sql.execute(change.formatted(table)))
                            .as(change, table)
                            .isInstanceOfSatisfying(
                                    SQLException.class,
                                    refused -> assertThat(refused.getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE));
                }
            }
        }
    }

    @Test
    void isHeldToItsOrganizationByEveryTableThatHasOne() {
        assertThat(rows("select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid"
                        + " where a.attname = 'organization_id' and c.relnamespace = 'public'::regnamespace"
                        + " and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)"))
                .isEmpty();
        assertThat(rows(TABLES + " and not (relrowsecurity and relforcerowsecurity)"))
                .as("tables that name no organization")
                .containsExactlyInAnyOrder(
                        "flyway_schema_history",
                        "inbox",
                        "mail_bucket",
                        "outbox",
                        "outbox_parked",
                        "retired_vault_keys");
    }

    @Test
    void readsAndWritesForOneOrganizationAlone() throws SQLException {
        var account = connected(mailbox);
        try (Connection connection = database().connect();
                Statement sql = connection.createStatement()) {
            for (String organizations : List.of("", UUID.randomUUID().toString())) {
                sql.execute("select set_config('mailroom.organization', '" + organizations + "', false)");

                assertThat(sql.executeUpdate("update accounts set display_name = 'x' where id = '" + account + "'"))
                        .isZero();
                assertThat(sql.executeUpdate("delete from accounts where id = '" + account + "'"))
                        .isZero();
            }
            sql.execute("select set_config('mailroom.organization', '" + organization + "', false)");

            assertThat(sql.executeUpdate("update accounts set display_name = 'x' where id = '" + account + "'"))
                    .isEqualTo(1);
        }
    }

    @Test
    void mayWorkWithTheRowsOfTablesToCome() throws SQLException {
        execute("create table to_come (id bigint generated always as identity, name text)");
        try (Connection connection = database().connect();
                Statement sql = connection.createStatement()) {
            assertThat(sql.executeUpdate("insert into to_come (name) values ('a')"))
                    .isEqualTo(1);
        } finally {
            execute("drop table to_come");
        }
    }
}

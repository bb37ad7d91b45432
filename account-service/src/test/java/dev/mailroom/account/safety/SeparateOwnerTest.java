package dev.mailroom.account.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.embedded.DatabaseRole;
import dev.mailroom.embedded.EmbeddedPostgres;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** A database whose tables the service's role owns, as it was before, gets an owner of its own and loses nothing. */
@QuarkusTest
class SeparateOwnerTest extends ServiceTest {
    private static final DatabaseRole SERVICE = new DatabaseRole("account", "service");
    private static final DatabaseRole OWNER = new DatabaseRole("account_owner", "owner");

    @Test
    void takesOverADatabaseFromBefore() throws SQLException {
        try (var postgres = EmbeddedPostgres.temporary()) {
            postgres.createDatabase("account", SERVICE.name(), SERVICE.password());
            migrate(postgres, SERVICE);
            try (Connection connection = connect(postgres);
                    Statement sql = connection.createStatement()) {
                worksForAll(sql);
                sql.execute("insert into organizations (id, plan, created_at, updated_at)"
                        + " values (gen_random_uuid(), 'free', now(), now())");
            }

            for (int start = 1; start <= 2; start++) {
                postgres.createDatabase("account", OWNER, SERVICE);
                migrate(postgres, OWNER);
            }

            try (Connection connection = connect(postgres);
                    Statement sql = connection.createStatement()) {
                worksForAll(sql);
                assertThat(sql.executeUpdate("update organizations set plan = 'paid'"))
                        .isEqualTo(1);
                assertThatThrownBy(() -> sql.execute("alter table organizations disable row level security"))
                        .hasMessageContaining("must be owner");
                assertThatThrownBy(() -> sql.execute("update audit_log set action = 'a.b'"))
                        .hasMessageContaining("permission denied");
                assertThatThrownBy(() -> sql.execute("delete from audit_log"))
                        .hasMessageContaining("permission denied");
                assertThatThrownBy(() -> sql.execute("create table x (id int)"))
                        .hasMessageContaining("permission denied");
                sql.execute("select prune_audit_log(now(), 10)");
            }
        }
    }

    private static void migrate(EmbeddedPostgres postgres, DatabaseRole owner) {
        Flyway.configure(Thread.currentThread().getContextClassLoader())
                .dataSource(postgres.jdbcUrl("account"), owner.name(), owner.password())
                .locations(
                        "filesystem:../libs/outbox/src/main/resources/db/outbox",
                        "filesystem:src/main/resources/db/migration")
                .placeholders(Map.of("service_role", SERVICE.name()))
                .load()
                .migrate();
    }

    private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl("account"), SERVICE.name(), SERVICE.password());
    }

    private static void worksForAll(Statement sql) throws SQLException {
        sql.execute("select set_config('mailroom.organization', '*', false)");
    }
}

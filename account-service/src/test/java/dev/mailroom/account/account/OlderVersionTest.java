package dev.mailroom.account.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.account.ServiceTest;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import dev.mailroom.testkit.OldSchema;
import dev.mailroom.testkit.TestDatabase;
import dev.mailroom.testkit.TestPostgres;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What an older version of the service wrote, before this one or beside it while it is being replaced. */
@QuarkusTest
class OlderVersionTest extends ServiceTest {
    private static final String FIRST_VERSION = "1";

    @Test
    void everyAccountOfBeforeIsToBeToldAgain() throws Exception {
        TestDatabase database = TestPostgres.shared().freshDatabase("upgraded");
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            OldSchema.migrate(connection, "0", FIRST_VERSION);
            statement.execute("select set_config('mailroom.organization', '*', false)");
            insertAsFirstVersion(statement, organization, UUID.randomUUID(), UUID.randomUUID());
            insertAsFirstVersion(statement, organization, UUID.randomUUID(), UUID.randomUUID());

            OldSchema.migrate(connection, FIRST_VERSION);

            statement.execute("select set_config('mailroom.organization', '*', false)");
            assertThat(texts(statement, "select id from accounts where told_revision is distinct from revision"))
                    .hasSize(2)
                    .hasSameElementsAs(texts(statement, "select id from accounts"));
        }
    }

    @Test
    void tellsAndCompletesWhatAnOlderVersionConnectsAndChanges() throws Exception {
        UUID account = UUID.randomUUID();
        UUID named = colleague();
        UUID colleague = colleague();
        UUID team = team(List.of(colleague), List.of());
        try (Connection connection = database().connect();
                Statement statement = connection.createStatement();
                KafkaLog log = KafkaLog.fromNow("mailroom.account.events")) {
            statement.execute("select set_config('mailroom.organization', '*', false)");
            insertAsFirstVersion(statement, organization, account, user);

            LoggedRecord connected = log.await("told", event -> isOf(event, account, 2));

            JsonNode state = connected.data().path("state");
            assertThat(state.path("owner").asText()).isEqualTo(user.toString());
            assertThat(ids(state.at("/audience/users"))).isEmpty();
            assertThat(state.at("/aliases/0/address").asText()).isEqualTo(email(account));
            asAdmin()
                    .get("/v1/accounts/{id}/aliases", account)
                    .then()
                    .statusCode(200)
                    .body("data.address", equalTo(List.of(email(account))))
                    .body("data[0].is_default", equalTo(true));

            statement.execute(
                    "update accounts set sharing_mode = 'shared', sharing_delivery = 'inbox', sharing_team = '"
                            + team + "', sharing_users = '{" + named + "}', revision = revision + 1, updated_at = now()"
                            + " where id = '" + account + "'");

            LoggedRecord shared = log.await("told again", event -> isOf(event, account, 4));
            assertThat(ids(shared.data().at("/state/audience/users")))
                    .containsExactlyInAnyOrder(named.toString(), colleague.toString());
        }
    }

    @Test
    void anOlderVersionCanStillWriteAnOrganization() {
        UUID other = UUID.randomUUID();

        assertThat(rows("with made as (insert into organizations (id, plan, created_at) values ('" + other
                        + "', 'free', now()) returning updated_at) select updated_at is not null from made"))
                .containsExactly("t");
    }

    /** With the columns of the first version alone. */
    private static void insertAsFirstVersion(Statement statement, UUID organization, UUID account, UUID owner)
            throws SQLException {
        statement.execute("insert into organizations (id, plan, created_at) values ('" + organization
                + "', 'paid', now()) on conflict do nothing");
        statement.execute("""
                insert into accounts (id, organization_id, owner_id, revision, kind, display_name, email, username, imap_host, imap_port,
                    imap_encryption, smtp_host, smtp_port, smtp_encryption, history, sharing_mode, sharing_team, sharing_users,
                    sharing_delivery, sidebar, push, paused, credential_version, state, state_category, state_detail, state_since,
                    created_at, updated_at)
                values ('%s', '%s', '%s', 1, 'imap', 'Ana', '%s', '%s', 'imap.example.com', 993, 'tls', 'smtp.example.com', 587,
                    'starttls', '1y', 'personal', null, '{}', null, 'pin_all', 'idle', false, 1, 'live', null, null, now(), now(), now())
                """.formatted(account, organization, owner, email(account), account));
    }

    private static String email(UUID account) {
        return account + "@example.com";
    }

    private static boolean isOf(LoggedRecord event, UUID account, int revision) {
        return account.toString().equals(event.key())
                && event.data().at("/state/revision").asInt() == revision;
    }

    private static List<String> ids(JsonNode users) {
        return StreamSupport.stream(users.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static List<String> texts(Statement statement, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}

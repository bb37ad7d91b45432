package dev.mailroom.account.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The people that a shared account is for follow the teams and the people of the organization. */
@QuarkusTest
class AudienceTest extends SharedAccount {
    @Inject
    AccountShares shares;

    @Test
    void saysTheResolvedAudience() {
        UUID named = colleague();
        UUID member = colleague();
        UUID observer = colleague();
        UUID team = team(List.of(member, named), List.of(observer));
        share(Map.of("mode", "shared", "team", team, "users", List.of(named))).statusCode(200);
        share(Map.of("mode", "shared", "everyone", true)).statusCode(200);

        List<LoggedRecord> changes = changes(3);
        assertThat(audience(changes.get(0))).isEmpty();
        assertThat(audience(changes.get(1))).containsExactlyInAnyOrder(named, member, observer);
        assertThat(changes.get(1).data().at("/state/audience/everyone").asBoolean())
                .isFalse();
        assertThat(changes.get(2).data().at("/state/audience/everyone").asBoolean())
                .isTrue();
    }

    @Test
    void followsThePeopleOfItsTeam() {
        UUID first = colleague();
        UUID second = colleague();
        UUID team = team(List.of(first), List.of());
        share(Map.of("mode", "shared", "team", team)).statusCode(200);

        changeTeam(team, Map.of("name", "Sales"));
        changeTeam(team, Map.of("members", List.of(first), "observers", List.of(second)));
        // The same people in other places: who sees the account does not change.
        changeTeam(team, Map.of("members", List.of(first, second), "observers", List.of()));
        changeTeam(team, Map.of("members", List.of(second)));

        asAdmin().get("/v1/accounts/{id}", account).then().body("revision", equalTo(4));
        List<LoggedRecord> changes = changes(4);
        assertThat(changes)
                .extracting(event -> event.data().at("/state/revision").asLong())
                .containsExactly(1L, 2L, 3L, 4L);
        assertThat(audience(changes.get(2))).containsExactlyInAnyOrder(first, second);
        assertThat(audience(changes.get(3))).containsExactly(second);
        assertThat(rows("select account_id from audience_changes where organization_id = '" + organization + "'"))
                .isEmpty();
    }

    @Test
    void saysWhatIsSharedWithATeamBeforeItIsRemoved() {
        UUID named = colleague();
        UUID team = team(List.of(colleague()), List.of());
        share(Map.of("mode", "shared", "team", team, "users", List.of(named))).statusCode(200);

        asAdmin()
                .delete("/v1/teams/{id}", team)
                .then()
                .statusCode(409)
                .body("type", containsString("confirmation-needed"))
                .body("accounts", equalTo(List.of(account.toString())));
        asAdmin().delete("/v1/teams/{id}?confirm=true", team).then().statusCode(204);

        asAdmin()
                .get("/v1/accounts/{id}", account)
                .then()
                .body("sharing.mode", equalTo("shared"))
                .body("sharing.team", org.hamcrest.Matchers.nullValue())
                .body("sharing.users", equalTo(List.of(named.toString())))
                .body("revision", equalTo(3));
        assertThat(audience(changes(3).getLast())).containsExactly(named);
    }

    @Test
    void neverBecomesEveryonesWhenATeamOrAPersonGoes() {
        UUID stranger = colleague();
        UUID team = team(List.of(colleague()), List.of());
        share(Map.of("mode", "shared", "team", team)).statusCode(200);
        asAdmin().delete("/v1/teams/{id}?confirm=true", team).then().statusCode(204);
        assertPersonal(stranger);

        UUID named = colleague();
        share(Map.of("mode", "shared", "users", List.of(named))).statusCode(200);
        asAdmin().delete("/v1/users/{id}", named).then().statusCode(204);
        assertPersonal(stranger);

        LoggedRecord last = changes(5).getLast();
        assertThat(last.data().at("/state/sharing/mode").asText()).isEqualTo("personal");
        assertThat(last.data().at("/state/audience/everyone").asBoolean()).isFalse();
        assertThat(audience(last)).isEmpty();
    }

    private void assertPersonal(UUID stranger) {
        asAdmin()
                .get("/v1/accounts/{id}", account)
                .then()
                .body("sharing.mode", equalTo("personal"))
                .body("sharing.delivery", org.hamcrest.Matchers.nullValue());
        as("member", organization, stranger)
                .get("/v1/accounts/{id}", account)
                .then()
                .statusCode(404);
    }

    @Test
    void forgetsARemovedPersonInEveryAudience() {
        UUID gone = colleague();
        UUID stays = colleague();
        UUID team = team(List.of(gone, stays), List.of());
        share(Map.of("mode", "shared", "team", team, "users", List.of(gone))).statusCode(200);

        asAdmin().delete("/v1/users/{id}", gone).then().statusCode(204);

        assertThat(audience(changes(3).getLast())).containsExactly(stays);
        as("member", organization, gone)
                .get("/v1/accounts/{id}", account)
                .then()
                .statusCode(403)
                .body("type", containsString("user-removed"));
        asAdmin().get("/v1/accounts/{id}", account).then().body("sharing.users", equalTo(List.of()));
    }

    @Test
    void changesNothingWhenTheEventCannotBeWritten() {
        UUID first = colleague();
        UUID team = team(List.of(first), List.of());
        share(Map.of("mode", "shared", "team", team)).statusCode(200);
        execute("create or replace function refuse_account_events() returns trigger language plpgsql as $$"
                + " begin if new.topic = 'mailroom.account.events' then raise exception 'refused by the test'; end if;"
                + " return new; end $$");
        execute("create trigger broken before insert on outbox for each row execute function refuse_account_events()");
        try {
            asAdmin()
                    .body(Map.of("members", List.of()))
                    .patch("/v1/teams/{id}", team)
                    .then()
                    .statusCode(500);
            asAdmin().delete("/v1/teams/{id}?confirm=true", team).then().statusCode(500);
            asAdmin().delete("/v1/users/{id}?confirm=true", first).then().statusCode(500);
        } finally {
            execute("drop trigger broken on outbox");
        }
        asAdmin()
                .get("/v1/teams/{id}", team)
                .then()
                .body("members", equalTo(List.of(first.toString())))
                .body("revision", equalTo(1));
        asAdmin().get("/v1/accounts/{id}", account).then().body("revision", equalTo(2));
    }

    @Test
    void followsWithManyAccountsInSeveralTransactions() {
        UUID team = team(List.of(colleague()), List.of());
        int copies = AccountShares.BATCH_MAX * 2 + 7;
        copyAccounts(copies, team);

        UUID newcomer = colleague();
        changeTeam(team, Map.of("members", List.of(newcomer)));

        Awaitility.await()
                .until(() -> rows("select count(*) from audience_changes where organization_id = '" + organization
                                + "'")
                        .equals(List.of("0")));
        assertThat(rows("select count(*) from accounts where sharing_team = '" + team + "' and revision = 2"))
                .containsExactly(Integer.toString(copies));
        try (KafkaLog log = KafkaLog.of("mailroom.account.events")) {
            List<LoggedRecord> events = log.awaitAll(
                    "events",
                    copies,
                    event -> event.data().at("/state/sharing/team").asText().equals(team.toString()));
            assertThat(events).hasSize(copies);
            assertThat(events).allSatisfy(event -> assertThat(audience(event)).containsExactly(newcomer));
        }
    }

    @Test
    void worksOffWhatACrashLeft() {
        rows("with made as (insert into audience_changes (account_id, organization_id, since) values ('" + account
                + "', '" + organization + "', now()) returning 1) select count(*) from made");

        shares.followAll().await().indefinitely();

        asAdmin().get("/v1/accounts/{id}", account).then().body("revision", equalTo(2));
        assertThat(changes(2)).hasSize(2);
    }

    @Test
    void endsWithTheRightAudienceWhenTeamAndAccountChangeAtOnce() throws Exception {
        List<UUID> people = List.of(colleague(), colleague(), colleague(), colleague());
        UUID team = team(List.of(people.getFirst()), List.of());
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                Map<String, Object> people1 = Map.of("members", people.subList(0, i % people.size() + 1));
                Map<String, Object> sharing = i % 2 == 0
                        ? Map.of("mode", "shared", "team", team)
                        : Map.of("mode", "shared", "team", team, "users", List.of(people.getLast()));
                answers.add(clients.submit(() -> asAdmin()
                        .body(people1)
                        .patch("/v1/teams/{id}", team)
                        .then()
                        .extract()
                        .statusCode()));
                answers.add(clients.submit(() -> share(sharing).extract().statusCode()));
                answers.add(clients.submit(() -> asAdmin()
                        .post("/v1/accounts/{id}/reconnect", account)
                        .then()
                        .extract()
                        .statusCode()));
            }
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isEqualTo(200);
            }
        }
        changeTeam(team, Map.of("name", "Last"));
        List<String> expected = new ArrayList<>(asAdmin()
                .get("/v1/teams/{id}", team)
                .then()
                .extract()
                .jsonPath()
                .getList("members", String.class));
        var shown = asAdmin().get("/v1/accounts/{id}", account).then().extract().jsonPath();
        expected.addAll(shown.getList("sharing.users", String.class));
        int revision = shown.getInt("revision");

        assertThat(audience(changes(revision).get(revision - 1)))
                .containsExactlyInAnyOrderElementsOf(
                        expected.stream().distinct().map(UUID::fromString).toList());
    }

    /** Accounts like the one of the test, in the database alone. */
    private void copyAccounts(int copies, UUID team) {
        rows("with made as (insert into accounts (id, organization_id, owner_id, revision, kind, display_name, email,"
                + " username, imap_host, imap_port, imap_encryption, smtp_host, smtp_port, smtp_encryption, history,"
                + " sharing_mode, sharing_team, sharing_delivery, sidebar, push, credential_version, state, state_since,"
                + " created_at, updated_at, told_revision) select gen_random_uuid(), organization_id, owner_id, 1, kind, display_name,"
                + " email, username || n, imap_host, imap_port, imap_encryption, smtp_host, smtp_port, smtp_encryption,"
                + " history, 'shared', '" + team + "', 'inbox', sidebar, push, 1, state, state_since, created_at,"
                + " updated_at, 1 from accounts, generate_series(1, " + copies + ") n where id = '" + account
                + "' returning 1) select count(*) from made");
    }

    private void changeTeam(UUID team, Map<String, ?> change) {
        asAdmin().body(change).patch("/v1/teams/{id}", team).then().statusCode(200);
    }

    private static List<UUID> audience(LoggedRecord event) {
        return StreamSupport.stream(event.data().at("/state/audience/users").spliterator(), false)
                .map(id -> UUID.fromString(id.asText()))
                .toList();
    }
}

package dev.mailroom.account.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whom an account is shared with, who sees it for that, and what happens to it when people and teams change. */
@QuarkusTest
class SharingTest extends ServiceTest {
    @Inject
    AccountShares shares;

    private final TestMailbox mailbox = TestMailbox.start();
    private UUID account = UUID.randomUUID();

    @BeforeEach
    void connect() {
        account = connected(mailbox);
    }

    @AfterEach
    void stopMailbox() {
        mailbox.close();
    }

    @Test
    void showsASharedAccountToItsAudienceOnly() {
        UUID named = colleague();
        UUID member = colleague();
        UUID observer = colleague();
        UUID nobody = colleague();
        UUID team = team(List.of(member), List.of(observer));

        share(Map.of("mode", "shared", "users", List.of(named))).statusCode(200);
        assertSeenBy(List.of(user, named), List.of(member, observer, nobody));

        share(Map.of("mode", "shared", "team", team)).statusCode(200);
        assertSeenBy(List.of(user, member, observer), List.of(named, nobody));

        share(Map.of("mode", "shared", "team", team, "users", List.of(named))).statusCode(200);
        assertSeenBy(List.of(user, named, member, observer), List.of(nobody));

        share(Map.of("mode", "shared", "everyone", true)).statusCode(200);
        assertSeenBy(List.of(user, named, member, observer, nobody), List.of());

        share(Map.of("mode", "personal")).statusCode(200);
        assertSeenBy(List.of(user), List.of(named, member, observer, nobody));
    }

    private void assertSeenBy(List<UUID> may, List<UUID> mayNot) {
        for (UUID person : may) {
            as("member", organization, person)
                    .get("/v1/accounts/{id}", account)
                    .then()
                    .statusCode(200);
            as("member", organization, person)
                    .get("/v1/accounts")
                    .then()
                    .body("data.id", equalTo(List.of(account.toString())));
        }
        for (UUID person : mayNot) {
            as("member", organization, person)
                    .get("/v1/accounts/{id}", account)
                    .then()
                    .statusCode(404);
            as("member", organization, person).get("/v1/accounts").then().body("data.size()", equalTo(0));
            as("member", organization, person)
                    .body(Map.of("display_name", "x"))
                    .patch("/v1/accounts/{id}", account)
                    .then()
                    .statusCode(404);
        }
        // Whoever has the same id in another organization sees nothing.
        as("member", UUID.randomUUID(), may.getLast())
                .get("/v1/accounts/{id}", account)
                .then()
                .statusCode(404);
        as("admin", organization, UUID.randomUUID())
                .get("/v1/accounts/{id}", account)
                .then()
                .statusCode(200);
    }

    @Test
    void letsTheAudienceSeeButNotChange() {
        UUID named = colleague();
        share(Map.of("mode", "shared", "users", List.of(named))).statusCode(200);

        as("member", organization, named)
                .body(Map.of("display_name", "x"))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(403)
                .body("type", containsString("not-your-account"));
        as("member", organization, named)
                .post("/v1/accounts/{id}/pause", account)
                .then()
                .statusCode(403);
    }

    @Test
    void letsTheOwnerShareAndTakeBack() {
        UUID named = colleague();
        for (Map<String, ?> sharing :
                List.of(Map.of("mode", "shared", "users", List.of(named)), Map.of("mode", "personal"))) {
            as("member", organization, user)
                    .body(Map.of("sharing", sharing))
                    .patch("/v1/accounts/{id}", account)
                    .then()
                    .statusCode(200);
        }
    }

    @Test
    void refusesToShareWithNobodyInsteadOfEveryone() {
        share(Map.of("mode", "shared", "users", List.of()))
                .statusCode(400)
                .body("errors.pointer", equalTo(List.of("/sharing/users")));

        as("member", organization, UUID.randomUUID())
                .get("/v1/accounts/{id}", account)
                .then()
                .statusCode(404);
    }

    @Test
    void keepsPeopleAndDeliveryThatAChangeDoesNotName() {
        UUID team = team(List.of(), List.of());
        UUID named = colleague();
        share(Map.of("mode", "shared", "team", team, "users", List.of(named), "delivery", "inbox"))
                .statusCode(200)
                .body("sharing.everyone", equalTo(false));

        share(Map.of("mode", "shared", "delivery", "team_inbox"))
                .statusCode(200)
                .body("sharing.team", equalTo(team.toString()))
                .body("sharing.users", equalTo(List.of(named.toString())))
                .body("sharing.delivery", equalTo("team_inbox"));
        share(Map.of("mode", "shared", "delivery", "inbox")).statusCode(200);
        share(Map.of("mode", "shared", "users", List.of(named)))
                .statusCode(200)
                .body("sharing.team", org.hamcrest.Matchers.nullValue())
                .body("sharing.delivery", equalTo("inbox"));
    }

    @Test
    void takesBackWhatItShows() {
        for (Map<String, Object> sharing : List.<Map<String, Object>>of(
                Map.of("mode", "shared", "everyone", true),
                Map.of("mode", "shared", "users", List.of(colleague())),
                Map.of("mode", "personal"))) {
            Map<String, ?> shown = share(sharing).statusCode(200).extract().path("sharing");

            assertThat(share(shown).statusCode(200).extract().<Map<String, ?>>path("sharing"))
                    .isEqualTo(shown);
        }
    }

    @Test
    void convertsTheDeliveryEitherWay() {
        UUID team = team(List.of(colleague()), List.of());
        for (String delivery : List.of("inbox", "team_inbox", "inbox")) {
            share(Map.of("mode", "shared", "team", team, "delivery", delivery))
                    .statusCode(200)
                    .body("sharing.delivery", equalTo(delivery))
                    .body("sharing.team", equalTo(team.toString()));
        }
        assertThat(changes(4).getLast().data().at("/state/sharing/delivery").asText())
                .isEqualTo("inbox");
    }

    @Test
    void sharesWithTheOwnOrganizationOnly() {
        UUID elsewhere = UUID.randomUUID();
        UUID stranger = colleagueOf(elsewhere);
        UUID strangers = UUID.fromString(as("owner", elsewhere, UUID.randomUUID())
                .body(Map.of("name", "x"))
                .post("/v1/teams")
                .then()
                .statusCode(201)
                .extract()
                .path("id"));
        UUID removed = colleague();
        asAdmin().delete("/v1/users/{id}", removed).then().statusCode(204);

        List<String> answers = new ArrayList<>();
        for (UUID team : List.of(strangers, UUID.randomUUID())) {
            answers.add(share(Map.of("mode", "shared", "team", team))
                    .statusCode(400)
                    .body("errors.pointer", equalTo(List.of("/sharing/team")))
                    .extract()
                    .asString());
        }
        for (UUID other : List.of(stranger, UUID.randomUUID(), removed)) {
            answers.add(share(Map.of("mode", "shared", "users", List.of(user, other)))
                    .statusCode(400)
                    .body("errors.pointer", equalTo(List.of("/sharing/users/1")))
                    .extract()
                    .asString());
        }
        // Nothing tells one that exists elsewhere from one that does not exist.
        assertThat(answers.stream().distinct()).hasSize(2);
        asAdmin().get("/v1/accounts/{id}", account).then().body("revision", equalTo(1));
    }

    @Test
    void refusesToConnectForStrangersWithoutTryingTheLogIn() {
        try (TestMailbox another = TestMailbox.start()) {
            Map<String, Object> form = new HashMap<>(another.form());
            form.put("sharing", Map.of("mode", "shared", "team", UUID.randomUUID()));

            asAdmin()
                    .body(form)
                    .post("/v1/accounts")
                    .then()
                    .statusCode(400)
                    .body("errors.pointer", equalTo(List.of("/sharing/team")));
            assertThat(another.imap().logins()).isZero();
        }
    }

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

    private ValidatableResponse share(Map<String, ?> sharing) {
        return asAdmin()
                .body(Map.of("sharing", sharing))
                .patch("/v1/accounts/{id}", account)
                .then();
    }

    private void changeTeam(UUID team, Map<String, ?> change) {
        asAdmin().body(change).patch("/v1/teams/{id}", team).then().statusCode(200);
    }

    private List<LoggedRecord> changes(int count) {
        try (KafkaLog log = KafkaLog.of("mailroom.account.events")) {
            return log.awaitAll("events", count, event -> account.toString().equals(event.key()));
        }
    }

    private static List<UUID> audience(LoggedRecord event) {
        return StreamSupport.stream(event.data().at("/state/audience/users").spliterator(), false)
                .map(id -> UUID.fromString(id.asText()))
                .toList();
    }
}

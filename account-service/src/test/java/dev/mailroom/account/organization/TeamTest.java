package dev.mailroom.account.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
class TeamTest extends ServiceTest {

    @Test
    void makesATeam() {
        UUID member = colleague();
        UUID observer = colleague();
        Map<String, Object> monday = Map.of("day", 1, "from_second", 32_400, "to_second", 64_800);
        String id = create(Map.of(
                        "name",
                        "Support",
                        "members",
                        List.of(member),
                        "observers",
                        List.of(observer),
                        "user_reply_behavior",
                        "leave_in_team_inbox",
                        "received_reply_behavior",
                        "show_in_team_inbox",
                        "business_hours",
                        Map.of("time_zone", "Europe/Lisbon", "spans", List.of(monday))))
                .statusCode(201)
                .body("members", equalTo(List.of(member.toString())))
                .body("observers", equalTo(List.of(observer.toString())))
                .body("business_hours.time_zone", equalTo("Europe/Lisbon"))
                .body("business_hours.spans", equalTo(List.of(monday)))
                .body("revision", equalTo(1))
                .extract()
                .path("id");

        as("member", organization, member)
                .get("/v1/teams/{id}", id)
                .then()
                .statusCode(200)
                .body("user_reply_behavior", equalTo("leave_in_team_inbox"))
                .body("received_reply_behavior", equalTo("show_in_team_inbox"));
        LoggedRecord event = events(id, 1).getFirst();
        assertThat(event.type()).isEqualTo("dev.mailroom.team.changed.v1");
        assertThat(event.data().at("/observers/0").asText()).isEqualTo(observer.toString());
        assertThat(event.data().at("/business_hours/spans/0/to_second").asInt()).isEqualTo(64_800);
    }

    @Test
    void hasDefaults() {
        create(Map.of("name", "Support"))
                .statusCode(201)
                .body("members", equalTo(List.of()))
                .body("observers", equalTo(List.of()))
                .body("user_reply_behavior", equalTo("assign_user"))
                .body("received_reply_behavior", equalTo("show_in_assignee_inbox"))
                .body("business_hours", nullValue());
    }

    private record Bad(String field, @Nullable Object value, String pointer) {}

    @Test
    void namesEveryFieldThatIsWrong() {
        UUID one = colleague();
        UUID team = team(List.of(), List.of());
        List<Bad> bad = new ArrayList<>();
        for (Object name : List.of(
                "",
                " ",
                "x".repeat(201),
                "a\r\nb",
                "a\u0000b",
                "a\u202eb",
                "a\u200bb",
                "a\ufeffb",
                "a\u2029b",
                1,
                Map.of())) {
            bad.add(new Bad("name", name, "/name"));
        }
        for (String list : List.of("members", "observers")) {
            bad.add(new Bad(list, "x", "/" + list));
            bad.add(new Bad(list, List.of("x"), "/" + list + "/0"));
            bad.add(new Bad(list, List.of(1), "/" + list + "/0"));
            bad.add(new Bad(list, Collections.singletonList(null), "/" + list + "/0"));
            bad.add(new Bad(list, List.of(one, one), "/" + list + "/1"));
            bad.add(new Bad(list, List.of(one, UUID.randomUUID()), "/" + list + "/1"));
            bad.add(new Bad(list, ids(1_001), "/" + list));
        }
        for (Object behavior : List.of("", "other", "ASSIGN_USER", 1, List.of())) {
            bad.add(new Bad("user_reply_behavior", behavior, "/user_reply_behavior"));
            bad.add(new Bad("received_reply_behavior", behavior, "/received_reply_behavior"));
        }
        bad.add(new Bad("business_hours", "9 to 5", "/business_hours"));
        for (Object zone : List.of("", "Mars/Olympus", "+02:00", "europe/lisbon", "Europe/Lisbon\r\n", 1)) {
            bad.add(new Bad(
                    "business_hours", Map.of("time_zone", zone, "spans", List.of()), "/business_hours/time_zone"));
        }
        bad.add(new Bad("business_hours", Map.of("spans", List.of()), "/business_hours/time_zone"));
        bad.add(new Bad("business_hours", Map.of("time_zone", "UTC"), "/business_hours/spans"));
        bad.add(hours("/business_hours/spans/0/day", -1, 0, 1));
        bad.add(hours("/business_hours/spans/0/day", 7, 0, 1));
        bad.add(hours("/business_hours/spans/0/day", "monday", 0, 1));
        bad.add(hours("/business_hours/spans/0/from_second", 0, -1, 1));
        bad.add(hours("/business_hours/spans/0/from_second", 0, 86_400, 86_401));
        bad.add(hours("/business_hours/spans/0/to_second", 0, 5, 5));
        bad.add(hours("/business_hours/spans/0/to_second", 0, 5, 86_401));
        bad.add(hours("/business_hours/spans/0/to_second", 0, 5, 99999999999L));
        bad.add(hours("/business_hours/spans/0/to_second", 0, 5, 10.5));
        Map<String, Object> span = Map.of("day", 1, "from_second", 10, "to_second", 20);
        Map<String, Object> overlapping = Map.of("day", 1, "from_second", 19, "to_second", 30);
        bad.add(week(List.of(span, overlapping), "/business_hours/spans/1"));
        bad.add(week(Collections.singletonList(null), "/business_hours/spans/0"));
        bad.add(week(List.of(Map.of("day", 1)), "/business_hours/spans/0/from_second"));
        bad.add(week(Collections.nCopies(101, span), "/business_hours/spans"));
        bad.add(new Bad("color", "red", "/color"));
        for (Bad field : bad) {
            Map<String, Object> form = new HashMap<>(Map.of("name", "Support"));
            form.put(field.field(), field.value());
            assertNamed(field, create(form));
            assertNamed(
                    field,
                    asAdmin()
                            .body(Collections.singletonMap(field.field(), field.value()))
                            .patch("/v1/teams/{id}", team)
                            .then());
        }
        create(Map.of()).statusCode(400).body("errors.pointer", equalTo(List.of("/name")));
        asAdmin().get("/v1/teams").then().body("data.revision", equalTo(List.of(1)));
    }

    private static Bad hours(String pointer, Object day, Object from, Object to) {
        return week(List.of(Map.of("day", day, "from_second", from, "to_second", to)), pointer);
    }

    private static Bad week(List<?> spans, String pointer) {
        return new Bad("business_hours", Map.of("time_zone", "UTC", "spans", spans), pointer);
    }

    private static void assertNamed(Bad field, ValidatableResponse answer) {
        String what = field.field() + " = " + field.value();
        assertThat(answer.extract().statusCode()).as(what).isEqualTo(400);
        assertThat(answer.extract().jsonPath().getList("errors.pointer", String.class))
                .as(what)
                .contains(field.pointer());
    }

    @Test
    void takesNobodyWhoIsAMemberAndAnObserver() {
        UUID one = colleague();
        UUID other = colleague();
        create(Map.of("name", "x", "members", List.of(one, other), "observers", List.of(other)))
                .statusCode(400)
                .body("errors.pointer", equalTo(List.of("/observers/0")));
        UUID team = team(List.of(one), List.of());
        change(team, Map.of("observers", List.of(one)))
                .statusCode(400)
                .body("errors.pointer", equalTo(List.of("/observers")));

        change(team, Map.of("members", List.of(), "observers", List.of(one)))
                .statusCode(200)
                .body("members", equalTo(List.of()))
                .body("observers", equalTo(List.of(one.toString())));
    }

    @Test
    void takesNobodyOfAnotherOrganization() {
        UUID stranger = colleagueOf(UUID.randomUUID());
        String unknown = create(Map.of("name", "x", "members", List.of(UUID.randomUUID())))
                .statusCode(400)
                .extract()
                .path("errors[0].message");

        create(Map.of("name", "x", "members", List.of(stranger)))
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/members/0"))
                .body("errors[0].message", equalTo(unknown));
    }

    @Test
    void changesWhatIsGiven() {
        UUID one = colleague();
        UUID other = colleague();
        UUID team = team(List.of(one), List.of(other));

        change(team, Map.of("name", "Sales"))
                .statusCode(200)
                .body("name", equalTo("Sales"))
                .body("members", equalTo(List.of(one.toString())))
                .body("observers", equalTo(List.of(other.toString())))
                .body("revision", equalTo(2));
        change(
                        team,
                        Map.of(
                                "business_hours",
                                Map.of(
                                        "time_zone",
                                        "UTC",
                                        "spans",
                                        List.of(Map.of("day", 0, "from_second", 0, "to_second", 86_400)))))
                .statusCode(200)
                .body("business_hours.spans.size()", equalTo(1));
        change(team, Map.of("business_hours", Map.of("time_zone", "UTC", "spans", List.of())))
                .statusCode(200)
                .body("business_hours", nullValue());

        assertThat(events(team.toString(), 4))
                .extracting(event -> event.data().get("revision").asLong())
                .containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void removesATeam() {
        UUID team = team(List.of(colleague()), List.of());

        asAdmin().delete("/v1/teams/{id}", team).then().statusCode(204);

        asAdmin().get("/v1/teams/{id}", team).then().statusCode(404);
        asAdmin().delete("/v1/teams/{id}", team).then().statusCode(404);
        assertThat(events(team.toString(), 2).getLast().type()).isEqualTo("dev.mailroom.team.removed.v1");
        assertThat(rows("select user_id from team_people where team_id = '" + team + "'"))
                .isEmpty();
    }

    @Test
    void leavesTeamsToOwnersAndAdmins() {
        UUID team = team(List.of(), List.of());
        for (String role : List.of("member", "service", "operator")) {
            as(role, organization, user)
                    .body(Map.of("name", "x"))
                    .post("/v1/teams")
                    .then()
                    .statusCode(403);
            as(role, organization, user)
                    .body(Map.of("name", "x"))
                    .patch("/v1/teams/{id}", team)
                    .then()
                    .statusCode(403);
            as(role, organization, user).delete("/v1/teams/{id}", team).then().statusCode(403);
        }
        as("member", organization, user).get("/v1/teams").then().statusCode(200).body("data.size()", equalTo(1));
        as("service", organization, user).get("/v1/teams").then().statusCode(403);
    }

    @Test
    void hidesTeamsOfOtherOrganizations() {
        UUID team = team(List.of(), List.of());
        UUID elsewhere = UUID.randomUUID();

        as("owner", elsewhere, user).get("/v1/teams/{id}", team).then().statusCode(404);
        as("owner", elsewhere, user)
                .body(Map.of("name", "x"))
                .patch("/v1/teams/{id}", team)
                .then()
                .statusCode(404);
        as("owner", elsewhere, user)
                .delete("/v1/teams/{id}?confirm=true", team)
                .then()
                .statusCode(404);
        as("owner", elsewhere, user).get("/v1/teams").then().body("data.size()", equalTo(0));
    }

    @Test
    void makesATeamOnceForOneKey() {
        Map<String, ?> form = Map.of("name", "Support", "members", List.of(colleague()));
        String first = keyed(form).statusCode(201).extract().path("id");

        keyed(form).statusCode(201).body("id", equalTo(first)).body("members.size()", equalTo(1));
        keyed(Map.of("name", "Sales")).statusCode(409).body("type", containsString("idempotency-key-reused"));
        asAdmin().get("/v1/teams").then().body("data.size()", equalTo(1));
    }

    @Test
    void listsInPagesOldestFirst() {
        List<String> made = Stream.generate(() -> team(List.of(colleague()), List.of()))
                .limit(3)
                .map(UUID::toString)
                .toList();

        var first = asAdmin().get("/v1/teams?limit=2").then().extract().jsonPath();
        var second = asAdmin()
                .get("/v1/teams?limit=2&cursor=" + first.getString("next"))
                .then()
                .body("next", nullValue())
                .body("data[0].members.size()", equalTo(1))
                .extract()
                .jsonPath();

        assertThat(first.getList("data.id")).isEqualTo(made.subList(0, 2));
        assertThat(second.getList("data.id")).isEqualTo(made.subList(2, 3));
    }

    @Test
    void hasRoomForAThousand() {
        asAdmin().get("/v1/teams").then().statusCode(200);
        rows("with made as (insert into teams (id, organization_id, revision, name, user_reply_behavior,"
                + " received_reply_behavior, created_at, updated_at) select gen_random_uuid(), '" + organization
                + "', 1, 'x', 'assign_user', 'show_in_team_inbox', now(), now() from generate_series(1, "
                + Teams.TEAMS_MAX + ") returning 1) select count(*) from made");

        create(Map.of("name", "x")).statusCode(409).body("type", containsString("too-many-teams"));
    }

    private ValidatableResponse create(Map<String, ?> form) {
        return asAdmin().body(form).post("/v1/teams").then();
    }

    private ValidatableResponse keyed(Map<String, ?> form) {
        return asAdmin()
                .header("Idempotency-Key", "k")
                .body(form)
                .post("/v1/teams")
                .then();
    }

    private ValidatableResponse change(UUID team, Map<String, ?> change) {
        return asAdmin().body(change).patch("/v1/teams/{id}", team).then();
    }

    private static List<UUID> ids(int count) {
        return Stream.generate(UUID::randomUUID).limit(count).toList();
    }

    private static List<LoggedRecord> events(String of, int count) {
        try (KafkaLog log = KafkaLog.of("mailroom.organization.events")) {
            return log.awaitAll("events", count, record -> of.equals(record.key()));
        }
    }
}

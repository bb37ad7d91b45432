package dev.mailroom.account.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.mailroom.account.mail.TestMailbox;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Who shares an account with whom, and who sees it then. */
@QuarkusTest
class SharingTest extends SharedAccount {
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
}

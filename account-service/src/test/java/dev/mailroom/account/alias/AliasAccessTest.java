package dev.mailroom.account.alias;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who changes aliases, who sees them, and who can be named in them. */
@QuarkusTest
class AliasAccessTest extends ServiceTest {
    private static final String ALIASES = "/v1/accounts/{id}/aliases";
    private static final String ALIAS = ALIASES + "/{alias_id}";

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
    void letsOwnersAndManagersChangeAndTheAudienceRead() {
        UUID first = idOf(0);
        RequestSpecification owner = as("member", organization, user);
        owner.body(Map.of("name", "By the owner"))
                .patch(ALIAS, account, first)
                .then()
                .statusCode(200);
        UUID colleague = colleague();
        for (int status : new int[] {404, 403}) {
            as("member", organization, colleague)
                    .body(Map.of("name", "x"))
                    .patch(ALIAS, account, first)
                    .then()
                    .statusCode(status);
            as("member", organization, colleague)
                    .body(Map.of("address", "x@example.com"))
                    .post(ALIASES, account)
                    .then()
                    .statusCode(status);
            as("member", organization, colleague)
                    .delete(ALIAS, account, first)
                    .then()
                    .statusCode(status);
            int read = status == 404 ? 404 : 200;
            as("member", organization, colleague).get(ALIASES, account).then().statusCode(read);
            as("member", organization, colleague)
                    .get(ALIAS, account, first)
                    .then()
                    .statusCode(read);
            share(Map.of("mode", "shared", "users", List.of(colleague)));
        }
        as("member", organization, colleague).get(ALIASES, account).then().body("data[0].may_send", equalTo(true));
        patch(first, Map.of("senders", Map.of("users", List.of()))).statusCode(200);
        as("member", organization, colleague).get(ALIASES, account).then().body("data[0].may_send", equalTo(false));
    }

    @Test
    void showsWhoeverMaySendAsAnAliasThatAliasAlone() {
        UUID bo = colleague();
        add(Map.of("address", "bo@example.com", "senders", Map.of("users", List.of(bo))))
                .statusCode(201);

        as("member", organization, bo)
                .get(ALIASES, account)
                .then()
                .statusCode(200)
                .body("data.address", contains("bo@example.com"))
                .body("data[0].may_send", equalTo(true));
        as("member", organization, bo).get(ALIAS, account, idOf(0)).then().statusCode(404);
        as("member", organization, UUID.randomUUID())
                .get(ALIASES, account)
                .then()
                .statusCode(404);
    }

    @Test
    void hidesAliasesFromOtherOrganizations() {
        UUID first = idOf(0);
        for (String role : List.of("owner", "admin", "member")) {
            Supplier<RequestSpecification> foreign = () -> as(role, UUID.randomUUID(), user);
            foreign.get().get(ALIASES, account).then().statusCode(404);
            foreign.get().get(ALIAS, account, first).then().statusCode(404);
            foreign.get()
                    .body(Map.of("name", "x"))
                    .patch(ALIAS, account, first)
                    .then()
                    .statusCode(404);
            foreign.get()
                    .body(Map.of("address", "x@example.com"))
                    .post(ALIASES, account)
                    .then()
                    .statusCode(404);
            foreign.get().delete(ALIAS, account, first).then().statusCode(404);
            mine(foreign.get(), first, Map.of("name", "x")).statusCode(404);
        }
        try (TestMailbox other = TestMailbox.start()) {
            UUID another = connected(other);
            patch(another, first, Map.of("name", "x")).statusCode(404);
            asAdmin().get(ALIAS, another, first).then().statusCode(404);
            asAdmin().delete(ALIAS, another, first).then().statusCode(404);
        }
        asAdmin().get(ALIASES, account).then().body("data.name", contains("Ana Silva"));
    }

    @Test
    void wantsATokenOfAPerson() {
        for (String role : List.of("service", "operator")) {
            as(role, organization, user).get(ALIASES, account).then().statusCode(403);
            as(role, organization, user)
                    .body(Map.of("address", "x@example.com"))
                    .post(ALIASES, account)
                    .then()
                    .statusCode(403);
        }
    }

    @Test
    void namesNobodyWhoIsNotInTheOrganization() {
        UUID stranger = colleagueOf(UUID.randomUUID());
        for (UUID nobody : List.of(stranger, UUID.randomUUID())) {
            add(Map.of("address", "x@example.com", "senders", Map.of("users", List.of(user, nobody))))
                    .statusCode(400)
                    .body("errors.pointer", contains("/senders/users/1"));
            patch(idOf(0), Map.of("readers", Map.of("users", List.of(nobody))))
                    .statusCode(400)
                    .body("errors.pointer", contains("/readers/users/0"));
        }
        UUID foreignTeam = UUID.fromString(as("owner", UUID.randomUUID(), user)
                .body(Map.of("name", "Support"))
                .post("/v1/teams")
                .then()
                .statusCode(201)
                .extract()
                .path("id"));
        for (UUID nothing : List.of(foreignTeam, UUID.randomUUID())) {
            patch(idOf(0), Map.of("readers", Map.of("team", nothing)))
                    .statusCode(400)
                    .body("errors.pointer", contains("/readers/team"))
                    .body("errors.message", contains("is not a team of your organization"));
        }
        asAdmin().get("/v1/accounts/{id}", account).then().body("revision", equalTo(1));
    }

    @Test
    void saysWhichSettingSharingAnAddressNeeds() {
        add(Map.of("address", "x@example.com", "readers", Map.of("everyone", true)))
                .statusCode(409)
                .body("type", equalTo("https://mailroom.dev/problems/notices-not-configured"))
                .body("detail", containsString("mailroom.notice.host"));
        patch(idOf(0), Map.of("readers", Map.of("everyone", true))).statusCode(409);

        asAdmin().get(ALIASES, account).then().body("data.size()", equalTo(1));
        asAdmin().get("/v1/accounts/{id}", account).then().body("revision", equalTo(1));
    }

    @Test
    void namesSoManyPeopleAndNoMore() {
        asAdmin().get("/v1/users").then().statusCode(200);
        execute("select set_config('mailroom.organization', '*', false);"
                + " insert into users (organization_id, id, revision, name, role, created_at, updated_at)"
                + " select '" + organization
                + "', ('00000000-0000-0001-0000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, 'x',"
                + " 'member', now(), now() from generate_series(0, 999) n");
        for (int i = 0; i < 5; i++) {
            add(Map.of("address", "team" + i + "@example.com", "senders", Map.of("users", users(1_000))))
                    .statusCode(201);
        }

        add(Map.of("address", "team5@example.com", "senders", Map.of("users", users(1))))
                .statusCode(400)
                .body("errors.pointer", contains("/senders/users"));
        add(Map.of("address", "team5@example.com")).statusCode(201);
    }

    private ValidatableResponse add(Map<String, ?> form) {
        return asAdmin().body(form).post(ALIASES, account).then();
    }

    private ValidatableResponse patch(UUID alias, Map<String, ?> change) {
        return patch(account, alias, change);
    }

    private ValidatableResponse patch(UUID of, UUID alias, Map<String, ?> change) {
        return asAdmin().body(change).patch(ALIAS, of, alias).then();
    }

    private ValidatableResponse mine(RequestSpecification as, UUID alias, Map<String, ?> words) {
        return as.body(words).put(ALIAS + "/mine", account, alias).then();
    }

    private void share(Map<String, ?> sharing) {
        asAdmin()
                .body(Map.of("sharing", sharing))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200);
    }

    private UUID idOf(int index) {
        return UUID.fromString(asAdmin().get(ALIASES, account).then().extract().path("data[" + index + "].id"));
    }

    private static List<UUID> users(int count) {
        return IntStream.range(0, count).mapToObj(i -> new UUID(1, i)).toList();
    }
}

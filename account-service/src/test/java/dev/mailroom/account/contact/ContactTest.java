package dev.mailroom.account.contact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.nullValue;

import dev.mailroom.account.ServiceTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ContactTest extends ServiceTest {

    private ValidatableResponse add(Map<String, ?> contact) {
        return as("member", organization, user)
                .body(contact)
                .post("/v1/contacts")
                .then();
    }

    private UUID added(String name, String... emails) {
        return UUID.fromString(add(Map.of("name", name, "emails", emails))
                .statusCode(201)
                .extract()
                .path("id"));
    }

    private List<String> found(String query) {
        return asAdmin()
                .get("/v1/contacts?" + query)
                .then()
                .statusCode(200)
                .extract()
                .path("data.name");
    }

    @Test
    void addsShowsChangesAndRemovesAContact() {
        UUID id = added("Ana Silva", "Ana@Example.com");

        asAdmin()
                .get("/v1/contacts/{id}", id)
                .then()
                .statusCode(200)
                .body("name", equalTo("Ana Silva"))
                .body("emails", contains("Ana@Example.com"))
                .body("phones", empty())
                .body("company", nullValue())
                .body("created_by", equalTo(user.toString()));
        asAdmin()
                .body(Map.of("company", "Example", "phones", List.of("1", "2"), "emails", List.of("new@example.com")))
                .patch("/v1/contacts/{id}", id)
                .then()
                .statusCode(200)
                .body("name", equalTo("Ana Silva"))
                .body("company", equalTo("Example"))
                .body("phones", contains("1", "2"))
                .body("emails", contains("new@example.com"));
        assertThat(found("email=ana@example.com")).isEmpty();
        asAdmin()
                .body(Map.of("company", "", "phones", List.of()))
                .patch("/v1/contacts/{id}", id)
                .then()
                .body("company", nullValue())
                .body("phones", empty());
        asAdmin().delete("/v1/contacts/{id}", id).then().statusCode(204);
        asAdmin().get("/v1/contacts/{id}", id).then().statusCode(404);
        assertThat(found("email=new@example.com")).isEmpty();
    }

    @Test
    void makesTheNameOfItsParts() {
        String id = add(Map.of("first_name", "Ana", "last_name", "Silva"))
                .statusCode(201)
                .body("name", equalTo("Ana Silva"))
                .extract()
                .path("id");

        asAdmin()
                .body(Map.of("last_name", "Costa"))
                .patch("/v1/contacts/" + id)
                .then()
                .body("name", equalTo("Ana Costa"));
    }

    @Test
    void givesAnAddressToOneContact() {
        UUID id = added("Ana", "ana@example.com");

        add(Map.of("name", "Other", "emails", List.of("ANA@example.com")))
                .statusCode(409)
                .body("type", containsString("address-taken"))
                .body("contact", equalTo(id.toString()));
        UUID other = added("Other", "other@example.com");
        asAdmin()
                .body(Map.of("emails", List.of("other@example.com", "ana@example.com")))
                .patch("/v1/contacts/{id}", other)
                .then()
                .statusCode(409);
        asAdmin().get("/v1/contacts/{id}", other).then().body("emails", contains("other@example.com"));
    }

    @Test
    void addsOnceForOneKey() {
        String key = UUID.randomUUID().toString();
        String first = asAdmin()
                .header("Idempotency-Key", key)
                .body(Map.of("name", "Ana"))
                .post("/v1/contacts")
                .then()
                .statusCode(201)
                .extract()
                .asString();
        String second = asAdmin()
                .header("Idempotency-Key", key)
                .body(Map.of("name", "Ana"))
                .post("/v1/contacts")
                .then()
                .statusCode(201)
                .extract()
                .asString();

        assertThat(second).isEqualTo(first);
        assertThat(found("q=ana")).hasSize(1);
    }

    @Test
    void findsByTheBeginningOfANameALastNameOrAnAddress() {
        added("Ana Silva", "xavier@example.com");
        added("Bo Ångström", "bo@example.com");
        added("Émile Zola", "ez@example.com");

        assertThat(found("q=an")).containsExactly("Ana Silva");
        assertThat(found("q=SILV")).containsExactly("Ana Silva");
        assertThat(found("q=xav")).containsExactly("Ana Silva");
        assertThat(found("q=ångs")).containsExactly("Bo Ångström");
        assertThat(found("q=nobody")).isEmpty();
        assertThat(found("q=%25")).isEmpty();
        assertThat(found("q=%23")).isEmpty();
        assertThat(found("q=")).hasSize(3);
        assertThat(found("email=BO@example.com")).containsExactly("Bo Ångström");
    }

    @Test
    void pagesInTheOrderOfNames() {
        for (int i = 0; i < 7; i++) {
            added("Same Name", "same" + i + "@example.com");
        }
        added("aaa", "a@example.com");
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            var page = asAdmin()
                    .get("/v1/contacts?limit=3&cursor=" + cursor)
                    .then()
                    .statusCode(200)
                    .extract();
            seen.addAll(page.path("data.emails.flatten()"));
            cursor = page.path("next");
        } while (cursor != null);

        assertThat(seen).hasSize(8).doesNotHaveDuplicates().startsWith("a@example.com");
        asAdmin().get("/v1/contacts?cursor=bm9uc2Vuc2U").then().statusCode(400);
    }

    @Test
    void namesEverythingThatIsWrong() {
        add(Map.of(
                        "name", "x".repeat(256),
                        "emails", List.of("nonsense"),
                        "phones", List.of("1".repeat(65)),
                        "notes", "a\u0007b"))
                .statusCode(400)
                .body("errors.pointer", hasItems("/name", "/emails", "/phones", "/notes"));
        add(Map.of()).statusCode(400);
        add(Map.of("notes", "only")).statusCode(400);
        add(Map.of("name", "Ana", "shoe_size", 40)).statusCode(400);
        add(Map.of("name", "Ana", "emails", java.util.Arrays.asList("a@example.com", null)))
                .statusCode(400);
        add(Map.of("name", "Ana", "emails", "a@example.com")).statusCode(400);
        asAdmin().post("/v1/contacts").then().statusCode(400);
        asAdmin().get("/v1/contacts?email=nonsense").then().statusCode(400);
        asAdmin().get("/v1/contacts?q=a&email=a@example.com").then().statusCode(400);
        asAdmin().get("/v1/contacts?q=" + "x".repeat(300)).then().statusCode(400);
        assertThat(found("q=")).isEmpty();
    }

    @Test
    void letsMembersRemoveWhatTheyAddedOnly() {
        UUID id = added("Ana", "ana@example.com");

        as("member", organization, UUID.randomUUID())
                .get("/v1/contacts/{id}", id)
                .then()
                .statusCode(200);
        as("member", organization, UUID.randomUUID())
                .delete("/v1/contacts/{id}", id)
                .then()
                .statusCode(403);
        as("member", organization, user).delete("/v1/contacts/{id}", id).then().statusCode(204);
    }

    @Test
    void hidesContactsFromOtherOrganizations() throws SQLException {
        UUID id = added("Ana", "ana@example.com");
        UUID foreign = UUID.randomUUID();

        as("owner", foreign, user).get("/v1/contacts/{id}", id).then().statusCode(404);
        as("owner", foreign, user)
                .body(Map.of("name", "x"))
                .patch("/v1/contacts/{id}", id)
                .then()
                .statusCode(404);
        as("owner", foreign, user).delete("/v1/contacts/{id}", id).then().statusCode(404);
        as("owner", foreign, user).get("/v1/contacts").then().body("data.size()", equalTo(0));
        as("owner", foreign, user)
                .get("/v1/contacts?email=ana@example.com")
                .then()
                .body("data.size()", equalTo(0));
        as("owner", foreign, user)
                .body(Map.of("name", "Their Ana", "emails", List.of("ana@example.com")))
                .post("/v1/contacts")
                .then()
                .statusCode(201);
        asAdmin().get("/v1/contacts/{id}", id).then().body("name", equalTo("Ana"));
        for (String role : List.of("service", "operator")) {
            as(role, organization, user).get("/v1/contacts/{id}", id).then().statusCode(403);
        }
        try (var connection = database().connect();
                var statement = connection.createStatement()) {
            for (String table : List.of("contacts", "contact_addresses", "contact_imports")) {
                try (var result = statement.executeQuery("select count(*) from " + table)) {
                    result.next();
                    assertThat(result.getLong(1)).as(table).isZero();
                }
            }
        }
    }
}

package dev.mailroom.account.discovery;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import dev.mailroom.account.ServiceTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ProvidersResourceTest extends ServiceTest {

    @Test
    void knowsTheServersOfABigProvider() {
        find("ana@GMAIL.com")
                .statusCode(200)
                .body("domain", equalTo("gmail.com"))
                .body("data.size()", equalTo(1))
                .body("data[0].source", equalTo("database"))
                .body("data[0].provider", equalTo("Gmail"))
                .body("data[0].possible", equalTo(true))
                .body("data[0].imap.host", equalTo("imap.gmail.com"))
                .body("data[0].imap.port", equalTo(993))
                .body("data[0].imap.encryption", equalTo("tls"))
                .body("data[0].smtp.port", equalTo(465))
                .body("data[0].username", equalTo("ana@GMAIL.com"))
                .body("data[0].app_password", equalTo("always"))
                .body("data[0].note", containsString("app password"))
                .body("looked_for.source", equalTo(List.of("database")))
                .body("next", nullValue())
                .body("partial", equalTo(false));
    }

    @Test
    void saysThatAMailboxOfOutlookTakesNoPassword() {
        find("ana@outlook.com")
                .statusCode(200)
                .body("data[0].possible", equalTo(false))
                .body("data[0].note", containsString("OAuth"));
    }

    @Test
    void findsNothingForADomainThatDoesNotExist() {
        find("ana@" + UUID.randomUUID() + ".nosuchtopleveldomain")
                .statusCode(200)
                .body("data", empty())
                .body("partial", equalTo(false))
                .body("looked_for.source", equalTo(List.of("database", "srv", "autoconfig", "mx", "guess")))
                .body("looked_for.outcome", equalTo(List.of("nothing", "nothing", "nothing", "nothing", "nothing")));
    }

    @Test
    void recognisesAHostedDomainByItsMailExchangers() {
        String domain = UUID.randomUUID() + ".test";
        ScriptedDns.publish(domain + ". MX", "20 backup.example.com.", "10 in1-smtp.messagingengine.com.");

        find("ana@" + domain)
                .statusCode(200)
                .body("data.size()", equalTo(1))
                .body("data[0].source", equalTo("mx"))
                .body("data[0].provider", equalTo("Fastmail"))
                .body("data[0].imap.host", equalTo("imap.fastmail.com"));
    }

    @Test
    void namesTheQueryParameterThatIsWrong() {
        for (String email : MailAddressTest.bad()) {
            find(email)
                    .statusCode(400)
                    .contentType("application/problem+json")
                    .body("type", equalTo("https://mailroom.dev/problems/invalid-input"))
                    .body("errors.pointer", hasItem("?email"));
        }
        asAdmin().get("/v1/providers").then().statusCode(400).body("errors.pointer", hasItem("?email"));
    }

    @Test
    void answersPeopleOnly() {
        given().queryParam("email", "ana@gmail.com").get("/v1/providers").then().statusCode(401);
        asService()
                .queryParam("email", "ana@gmail.com")
                .get("/v1/providers")
                .then()
                .statusCode(403);
        as("member", organization, user)
                .queryParam("email", "ana@gmail.com")
                .get("/v1/providers")
                .then()
                .statusCode(200);
    }

    private ValidatableResponse find(String email) {
        return asAdmin().queryParam("email", email).get("/v1/providers").then();
    }
}

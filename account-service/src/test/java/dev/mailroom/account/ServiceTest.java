package dev.mailroom.account;

import static io.restassured.RestAssured.given;

import dev.mailroom.account.mail.TestMailbox;
import dev.mailroom.testkit.TestDatabase;
import dev.mailroom.testkit.TestPostgres;
import dev.mailroom.testkit.TestTokens;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A test of the running service; each has organizations of its own, so that tests do not see each other's rows. */
@WithTestResource(
        value = AccountInfrastructure.class,
        scope = TestResourceScope.GLOBAL,
        initArgs = {
            @ResourceArg(name = "db", value = "account"),
            @ResourceArg(name = "db-owner", value = "account_owner")
        })
public abstract class ServiceTest {
    protected final UUID organization = UUID.randomUUID();
    protected final UUID user = UUID.randomUUID();

    /** As an admin of the test's organization. */
    protected RequestSpecification asAdmin() {
        return as("admin", organization, user);
    }

    protected static RequestSpecification as(String role, UUID organization, UUID user) {
        return given().auth()
                .oauth2(TestTokens.token(role, organization, user.toString()))
                .contentType(ContentType.JSON);
    }

    protected static RequestSpecification asService() {
        return given().auth().oauth2(TestTokens.token("service", null, "sync-service"));
    }

    protected static RequestSpecification asOperator() {
        return given().auth().oauth2(TestTokens.token("operator", null, "operator"));
    }

    /** A person of the test's organization. */
    protected UUID colleague() {
        return colleagueOf(organization);
    }

    protected static UUID colleagueOf(UUID organization) {
        UUID colleague = UUID.randomUUID();
        as("owner", organization, UUID.randomUUID())
                .body(Map.of("id", colleague, "name", "Bo Berg", "email", colleague + "@example.com"))
                .post("/v1/users")
                .then()
                .statusCode(201);
        return colleague;
    }

    /** A team of the test's organization. */
    protected UUID team(List<UUID> members, List<UUID> observers) {
        return UUID.fromString(asAdmin()
                .body(Map.of("name", "Support", "members", members, "observers", observers))
                .post("/v1/teams")
                .then()
                .statusCode(201)
                .extract()
                .path("id"));
    }

    /** Connects the mailbox and returns the account's id. */
    protected UUID connected(TestMailbox mailbox) {
        return UUID.fromString(connect(mailbox).statusCode(201).extract().path("id"));
    }

    protected ValidatableResponse connect(TestMailbox mailbox) {
        return asAdmin().body(mailbox.form()).post("/v1/accounts").then();
    }

    protected static TestDatabase database() {
        return TestPostgres.shared().database("account", "account_owner");
    }

    /** Every row of a query as text, over all organizations. */
    protected static List<String> rows(String sql) {
        try (var connection = database().connect();
                var statement = connection.createStatement()) {
            statement.execute("select set_config('mailroom.organization', '*', false)");
            var rows = new ArrayList<String>();
            try (var result = statement.executeQuery(sql)) {
                while (result.next()) {
                    rows.add(result.getString(1));
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As the owner of the database, who may change tables. */
    protected static void execute(String sql) {
        try {
            database().execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}

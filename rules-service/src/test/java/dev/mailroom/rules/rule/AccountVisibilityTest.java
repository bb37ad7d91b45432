package dev.mailroom.rules.rule;

import static dev.mailroom.rules.ServiceFixture.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState.Audience;
import dev.mailroom.rules.ServiceFixture;
import dev.mailroom.testkit.MailroomInfrastructure;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a rule says of accounts to a person who may not see all of them. */
@QuarkusTest
@WithTestResource(
        value = MailroomInfrastructure.class,
        scope = TestResourceScope.GLOBAL,
        initArgs = @ResourceArg(name = "db", value = "rules"))
@SuppressWarnings("NullAway.Init")
class AccountVisibilityTest {
    private static final String MESSAGE = """
            {"id": "%1$s", "conversation": "%1$s", "subject": "Hi", "preview": "", "text": "Hi", "text_truncated": false,
             "from": {"name": null, "address": "bo@example.org"}, "delivered_at": "2026-11-20T10:00:00Z", "size_bytes": 10,
             "unread": true, "flagged": false, "automation": {"null_return_path": false}, "partially_parsed": false}
            """.formatted(new UUID(0, 1));

    private final UUID organization = UUID.randomUUID();
    private final UUID user = UUID.randomUUID();
    private final UUID colleague = UUID.randomUUID();
    private final UUID account = UUID.randomUUID();
    private ServiceFixture fixture;

    @BeforeEach
    void connect() {
        fixture = new ServiceFixture();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aColleaguesAccountDoesNotExistForAPersonalRule() {
        fixture.connectAccount(account, organization, colleague, false, "colleague@example.com");

        String rule = create(user)
                .body("state", equalTo("broken"))
                .body("problems", contains("account " + account + " does not exist"))
                .body("warnings", empty())
                .extract()
                .path("id");
        create(colleague).body("state", equalTo("ok")).body("problems", empty());

        as("member", organization, user)
                .body("{\"message\": " + MESSAGE + ", \"account\": \"" + account + "\"}")
                .post("/v1/rules/" + rule + "/test")
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/account"));
    }

    @Test
    void oneOfItsAudienceExistsAndIsForTheOrganizationsRules() {
        fixture.connectAccount(
                account, organization, colleague, true, new Audience(false, List.of(user)), "t@example.com");

        create(user).body("state", equalTo("ok")).body("warnings[0].pointer", equalTo("/scope"));
        create(UUID.randomUUID()).body("state", equalTo("broken"));
    }

    @Test
    void anEventThatNamesAnotherOrganizationChangesNothing() {
        fixture.connectAccount(account, organization, colleague, false, "colleague@example.com");
        UUID marker = UUID.randomUUID();

        fixture.send(
                UUID.randomUUID(),
                new AccountEvent.Changed(ServiceFixture.state(
                        account,
                        UUID.randomUUID(),
                        7,
                        user,
                        true,
                        new Audience(true, List.of()),
                        "stolen@example.com")));
        fixture.send(UUID.randomUUID(), new AccountEvent.Removed(account, UUID.randomUUID(), 8));
        fixture.send(
                UUID.randomUUID(),
                new AccountEvent.Changed(ServiceFixture.state(
                        account, organization, 2, colleague, true, Audience.nobody(), marker + "@example.com")));

        Awaitility.await()
                .until(() -> ServiceFixture.count("account_address where address = '" + marker + "@example.com'") == 1);
        assertThat(ServiceFixture.count("account where id = '" + account + "' and organization = '" + organization
                        + "' and owner = '" + colleague + "' and not removed and not everyone and revision = 2"))
                .isEqualTo(1);
    }

    private ValidatableResponse create(UUID as) {
        return as("member", organization, as)
                .body("""
                        {"description": "Mine", "type": "incoming_email", "scope": "personal", "position": 10, "enabled": true,
                         "stop_processing": false, "timing": null,
                         "condition": {"all": [{"field": "email_account", "op": "is", "value": "%s"}]},
                         "actions": [{"type": "archive"}]}
                        """.formatted(account))
                .post("/v1/rules")
                .then()
                .statusCode(201);
    }
}

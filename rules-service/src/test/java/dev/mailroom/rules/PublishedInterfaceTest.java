package dev.mailroom.rules;

import static io.restassured.RestAssured.get;

import dev.mailroom.testkit.CommittedDocument;
import dev.mailroom.testkit.MailroomInfrastructure;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** What docs/openapi says about the service is what the service says about itself. */
@QuarkusTest
@WithTestResource(
        value = MailroomInfrastructure.class,
        scope = TestResourceScope.GLOBAL,
        initArgs = @ResourceArg(name = "db", value = "rules"))
class PublishedInterfaceTest {
    @Test
    void isTheCommittedOne() {
        CommittedDocument.require(
                "openapi/rules-service.yaml", get("/q/openapi?format=yaml").asString());
    }
}

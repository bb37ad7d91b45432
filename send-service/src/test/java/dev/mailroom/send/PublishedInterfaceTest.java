package dev.mailroom.send;

import static io.restassured.RestAssured.get;

import dev.mailroom.testkit.CommittedDocument;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** What docs/openapi says about the service is what the service says about itself. */
@QuarkusTest
@WithTestResource(
        value = SendInfrastructure.class,
        scope = TestResourceScope.GLOBAL,
        initArgs = @ResourceArg(name = "db", value = "send"))
class PublishedInterfaceTest {
    @Test
    void isTheCommittedOne() {
        CommittedDocument.require(
                "openapi/send-service.yaml", get("/q/openapi?format=yaml").asString());
    }
}

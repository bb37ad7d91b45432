package dev.mailroom.account;

import static io.restassured.RestAssured.get;

import dev.mailroom.testkit.CommittedDocument;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** What docs/openapi says about the service is what the service says about itself. */
@QuarkusTest
class PublishedInterfaceTest extends ServiceTest {
    @Test
    void isTheCommittedOne() {
        CommittedDocument.require(
                "openapi/account-service.yaml", get("/q/openapi?format=yaml").asString());
    }
}

package dev.mailroom.send;

import static io.restassured.RestAssured.get;

import dev.mailroom.testkit.CommittedDocument;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** What docs/openapi says about the service is what the service says about itself. */
@QuarkusTest
@SendTest
class PublishedInterfaceTest {
    @Test
    void isTheCommittedOne() {
        CommittedDocument.require(
                "openapi/send-service.yaml", get("/q/openapi?format=yaml").asString());
    }
}

package dev.mailroom.account;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.testkit.CommittedDocument;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What docs/openapi says about the service is what the service says about itself. */
@QuarkusTest
class PublishedInterfaceTest extends ServiceTest {
    /** In the body itself or in the schema it names. */
    @Test
    void hasAnExampleOfEachBodyThatIsSent() {
        JsonPath document = get("/q/openapi?format=json").jsonPath();
        List<String> without = new ArrayList<>();
        Map<String, Map<String, Map<String, Object>>> paths = document.getMap("paths");
        paths.forEach((path, operations) -> operations.keySet().forEach(method -> {
            String at = "paths.'" + path + "'." + method + ".requestBody.content";
            Map<String, Map<String, Map<String, Object>>> contents = document.get(at);
            if (contents == null) {
                return;
            }
            contents.values().forEach(content -> {
                Map<String, Object> body = Objects.requireNonNull(content.get("schema"));
                String schema = String.valueOf(body.get("$ref")).replaceFirst(".*/", "");
                if (!content.containsKey("examples")
                        && document.get("components.schemas.'" + schema + "'.examples") == null) {
                    without.add(method + " " + path);
                }
            });
        }));

        assertThat(paths).isNotEmpty();
        assertThat(without).isEmpty();
    }

    @Test
    void isTheCommittedOne() {
        CommittedDocument.require(
                "openapi/account-service.yaml", get("/q/openapi?format=yaml").asString());
    }
}

package dev.mailroom.account.contact;

import dev.mailroom.account.ServiceTest;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Imports of a person over HTTP. */
abstract class ImportScene extends ServiceTest {
    static final String CSV = "Name,Email,Phone\nAna Silva,ana@example.com,+351 21\nBo Ek,bo@example.com,\nCy,,555\n";

    /** Without it the client says a charset that nobody asked for. */
    private static final RestAssuredConfig AS_IT_IS = RestAssuredConfig.config()
            .encoderConfig(EncoderConfig.encoderConfig().appendDefaultContentCharsetToContentTypeIfUndefined(false));

    RequestSpecification csv() {
        return as("member", organization, user).config(AS_IT_IS).contentType("text/csv");
    }

    ValidatableResponse send(String csv, String query) {
        return csv().urlEncodingEnabled(false)
                .body(csv.getBytes(StandardCharsets.UTF_8))
                .post("/v1/contacts/import" + query)
                .then();
    }

    int count() {
        return Integer.parseInt(rows("select count(*) from contacts where organization_id = '" + organization + "'")
                .getFirst());
    }

    static String people(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "Person " + i + ",person" + i + "@example.com," + i)
                .collect(Collectors.joining("\n", "Name,Email,Phone\n", "\n"));
    }
}

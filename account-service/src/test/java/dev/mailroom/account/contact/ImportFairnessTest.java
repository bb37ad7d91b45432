package dev.mailroom.account.contact;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.testkit.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Imports of people who are in each other's way. */
@QuarkusTest
class ImportFairnessTest extends ServiceTest {
    private static final String CSV = "Name,Email\nAna,ana@example.com\n";

    private final UUID colleague = UUID.randomUUID();
    private final List<Socket> dripping = new ArrayList<>();

    @AfterEach
    void hangUp() throws IOException {
        for (Socket socket : dripping) {
            socket.close();
        }
    }

    private static ValidatableResponse send(UUID organization, UUID user, String key, String csv) {
        return as("member", organization, user)
                .contentType("text/csv")
                .header("Idempotency-Key", key)
                .body(csv.getBytes(StandardCharsets.UTF_8))
                .post("/v1/contacts/import")
                .then();
    }

    /** Begins to send a file and never comes to its end. */
    private void drip() throws IOException {
        Socket socket = new Socket("localhost", RestAssured.port);
        dripping.add(socket);
        String head = "POST /v1/contacts/import HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\n"
                + "Authorization: Bearer " + TestTokens.token("member", organization, user.toString())
                + "\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nName\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    @Test
    void keepsASlowSenderOutOfTheWayOfOtherOrganizations() throws Exception {
        drip();
        drip();
        Awaitility.await("both hold the places of their organization")
                .until(() -> as("member", organization, user)
                                .contentType("text/csv")
                                .body(CSV.getBytes(StandardCharsets.UTF_8))
                                .post("/v1/contacts/import?preview=true")
                                .statusCode()
                        == 429);

        send(UUID.randomUUID(), user, "k", CSV).statusCode(200).body("imported", equalTo(1));

        hangUp();
        Awaitility.await("whoever hangs up gives the place back")
                .until(() -> as("member", organization, user)
                                .contentType("text/csv")
                                .body(CSV.getBytes(StandardCharsets.UTF_8))
                                .post("/v1/contacts/import?preview=true")
                                .statusCode()
                        == 200);
    }

    @Test
    void keepsTheKeyOfWhoeverGoesOnWithAnothersImportToItsOwner() {
        String id = send(organization, user, "of-the-first", CSV)
                .statusCode(200)
                .extract()
                .path("id");
        interrupt(id);

        send(organization, colleague, "of-the-second", CSV).statusCode(200).body("id", equalTo(id));

        send(organization, colleague, "of-the-second", CSV).statusCode(200).body("id", equalTo(id));
        send(organization, colleague, "of-the-second", CSV + "Bo,bo@example.com\n")
                .statusCode(409);
        send(organization, user, "of-the-second", CSV + "Bo,bo@example.com\n")
                .statusCode(200)
                .body("id", not(equalTo(id)));
        send(organization, user, "of-the-first", CSV).statusCode(200).body("id", equalTo(id));
    }

    @Test
    void keepsTheKeyOfASecondPersonWhereTheFirstHadNone() {
        String id = as("member", organization, user)
                .contentType("text/csv")
                .body(CSV.getBytes(StandardCharsets.UTF_8))
                .post("/v1/contacts/import")
                .then()
                .statusCode(200)
                .extract()
                .path("id");
        interrupt(id);

        send(organization, colleague, "k", CSV).statusCode(200).body("id", equalTo(id));

        send(organization, user, "k", CSV + "Bo,bo@example.com\n").statusCode(200);
        send(organization, colleague, "k", CSV).statusCode(200).body("id", equalTo(id));
    }

    /** As a process leaves an import that died in it. */
    private static void interrupt(String id) {
        execute("select set_config('mailroom.organization', '*', false);"
                + " update contact_imports set done = false, finished_at = null,"
                + " progress_at = now() - interval '1 hour' where id = '" + id + "'");
    }
}

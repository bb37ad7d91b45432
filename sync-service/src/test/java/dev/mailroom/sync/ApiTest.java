package dev.mailroom.sync;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;

import dev.mailroom.testkit.TestTokens;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The service from outside, over HTTP. */
@QuarkusTest
@SyncTest
class ApiTest extends ApiScene {
    @TestHTTPResource
    @SuppressWarnings("NullAway.Init")
    URI address;

    @Test
    void showsStateAndMailboxes() {
        as(organization)
                .get("/v1/sync/accounts/{id}", account.account())
                .then()
                .statusCode(200)
                .body("state", equalTo("live"))
                .body("push", equalTo("idle"))
                .body("messages", equalTo(1))
                .body("import.state", equalTo("done"))
                .body("import.ratio", equalTo(1.0f))
                .body("owner", notNullValue());
        as(organization)
                .queryParam("account", account.account())
                .get("/v1/mailboxes")
                .then()
                .statusCode(200)
                .body("data.find { it.role == 'inbox' }.messages", equalTo(1))
                .body("data.find { it.role == 'inbox' }.unread", equalTo(1))
                .body("data.find { it.role == 'inbox' }.path", equalTo(java.util.List.of("INBOX")));
    }

    @Test
    void showsMessagesAndStreamsTheirContent() {
        as(organization)
                .queryParam("account", account.account())
                .get("/v1/messages")
                .then()
                .statusCode(200)
                .body("data.id", hasItem(message))
                .body("data[0].unread", equalTo(true));
        as(organization)
                .get("/v1/messages/{id}", message)
                .then()
                .statusCode(200)
                .body("subject", equalTo("Attached"))
                .body("body", equalTo("see attachment"))
                .body("from_field.address", equalTo("ana@example.net"))
                .body("attachments[0].id", equalTo("2"))
                .body("attachments[0].filename", equalTo("data.bin"))
                .body("copies[0].role", equalTo("inbox"));
        byte[] raw = as(organization)
                .get("/v1/messages/{id}/raw", message)
                .then()
                .statusCode(200)
                .extract()
                .asByteArray();
        assertThat(new String(raw, StandardCharsets.UTF_8)).contains("Subject: Attached");
        byte[] part = as(organization)
                .get("/v1/messages/{id}/attachments/2", message)
                .then()
                .statusCode(200)
                .header("Content-Disposition", equalTo("attachment; filename=\"data.bin\""))
                .header("Content-Type", equalTo("application/octet-stream"))
                .header("X-Content-Type-Options", equalTo("nosniff"))
                .extract()
                .asByteArray();
        assertThat(part).isEqualTo(content());
        as(organization).get("/v1/messages/{id}/attachments/9", message).then().statusCode(404);
        for (String path : java.util.List.of("raw", "attachments/2")) {
            byte[] whole = as(organization)
                    .header("Range", "bytes=0-9")
                    .get("/v1/messages/" + message + "/" + path)
                    .then()
                    .statusCode(200)
                    .header("Accept-Ranges", equalTo("none"))
                    .extract()
                    .asByteArray();
            assertThat(whole).hasSizeGreaterThan(1_000);
        }
    }

    @Test
    void showsWhatAMessageConsistsOfAndItsTextAsSafeHtml() {
        as(organization)
                .get("/v1/messages/{id}", message)
                .then()
                .statusCode(200)
                .body("structure.media_type", equalTo("multipart/mixed"))
                .body("structure.parts.id", equalTo(java.util.List.of("1", "2")))
                .body("structure.parts[1].encoding", equalTo("base64"));
        as(organization)
                .get("/v1/messages/{id}/content", message)
                .then()
                .statusCode(200)
                .body("html", org.hamcrest.Matchers.containsString(">see attachment"))
                .body("truncated", equalTo(false))
                .body("remote_images", equalTo(0));
    }

    @Test
    void headHoldsNoConnectionToTheProvider() {
        for (int i = 0; i < 2; i++) {
            as(organization).head("/v1/messages/{id}/raw", message).then().statusCode(200);
        }

        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> as(organization)
                        .get("/v1/messages/{id}/raw", message)
                        .then()
                        .statusCode(200));
    }

    @Test
    void anotherOrganizationSeesNothing() {
        UUID stranger = UUID.randomUUID();
        for (String path : new String[] {
            "/v1/sync/accounts/" + account.account(),
            "/v1/sync/accounts/" + account.account() + "/stream",
            "/v1/messages/" + message,
            "/v1/messages/" + message + "/raw",
            "/v1/messages/" + message + "/attachments/2",
            "/v1/mailboxes?account=" + account.account(),
            "/v1/commands/" + UUID.randomUUID(),
            "/v1/conversations/" + UUID.randomUUID(),
        }) {
            as(stranger).get(path).then().statusCode(404);
        }
        as(stranger)
                .contentType("application/json")
                .body("{\"type\": \"archive\"}")
                .post("/v1/messages/{id}/commands", message)
                .then()
                .statusCode(404);
        as(stranger).get("/v1/messages").then().statusCode(200).body("data.size()", equalTo(0));
        given().get("/v1/messages").then().statusCode(401);
    }

    @Test
    void keepsTheRoleThatAPersonGave() {
        String inbox = as(organization)
                .queryParam("account", account.account())
                .get("/v1/mailboxes")
                .then()
                .extract()
                .path("data.find { it.role == 'inbox' }.id");

        as(organization)
                .contentType("application/json")
                .body("{\"role\": \"archive\"}")
                .patch("/v1/mailboxes/{id}", inbox)
                .then()
                .statusCode(409);
        as(organization)
                .contentType("application/json")
                .body("{\"pinned\": true}")
                .patch("/v1/mailboxes/{id}", inbox)
                .then()
                .statusCode(200)
                .body("pinned", equalTo(true))
                .body("role", equalTo("inbox"));
    }

    @Test
    void listsConversationsWithTheirMessages() {
        String conversation = as(organization)
                .get("/v1/messages/{id}", message)
                .then()
                .extract()
                .path("conversation");

        as(organization)
                .queryParam("view", "inbox")
                .get("/v1/conversations")
                .then()
                .statusCode(200)
                .body("data.id", hasItem(conversation));
        as(organization)
                .get("/v1/conversations/{id}/messages", conversation)
                .then()
                .statusCode(200)
                .body("data.id", hasItem(message));
    }

    @Test
    void streamsStateAsServerSentEvents() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        address.resolve("/v1/sync/accounts/" + account.account() + "/stream"))
                .header("Authorization", "Bearer " + TestTokens.token("member", organization, "tester"))
                .header("Accept", "text/event-stream")
                .build();
        HttpResponse<java.io.InputStream> response =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());

        assertThat(response.statusCode()).isEqualTo(200);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String first = lines.readLine();
            assertThat(first).startsWith("data:").contains("\"state\":\"live\"");
        }
    }

    @Test
    void aStreamEndsWhenItsAccountIsTakenAway() throws Exception {
        UUID lent = UUID.randomUUID();
        Scene.execute(
                "insert into account (id, organization_id, shard, revision, email, username, imap_host, imap_port,"
                        + " imap_encryption, history, credential_version, created_at, owner_id, readers) values ('"
                        + lent + "', '"
                        + organization + "', 3000, 1, 'e', 'u', 'h', 1, 'tls', 'none', 1, now(), '" + UUID.randomUUID()
                        + "', array['" + Scene.TESTER + "'::uuid])");
        HttpRequest request = HttpRequest.newBuilder(address.resolve("/v1/sync/accounts/" + lent + "/stream"))
                .header("Authorization", "Bearer " + TestTokens.token("member", organization, "tester"))
                .header("Accept", "text/event-stream")
                .timeout(java.time.Duration.ofSeconds(20))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<java.io.InputStream> response =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                assertThat(lines.readLine()).startsWith("data:").contains("connecting");

                Scene.execute("update account set readers = '{}', state = 'live' where id = '" + lent + "'");

                // What happened after the right was gone is not told.
                assertThat(lines.lines()).noneMatch(line -> line.contains("\"live\""));
            }
        } finally {
            Scene.execute("delete from account where id = '" + lent + "'");
        }
    }

    @Test
    void isReadyAndMeasures() {
        given().get("/q/health/ready").then().statusCode(200);
        given().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(org.hamcrest.Matchers.containsString("mailroom_sync_sessions{state=\"live\"}"));
    }
}

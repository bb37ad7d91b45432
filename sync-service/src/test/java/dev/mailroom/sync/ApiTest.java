package dev.mailroom.sync;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.Topics;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import dev.mailroom.testkit.TestTokens;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service from outside, over HTTP. */
@QuarkusTest
@SyncTest
class ApiTest {
    private static GreenMailServer server;

    @TestHTTPResource
    @SuppressWarnings("NullAway.Init")
    URI address;

    private final UUID organization = UUID.randomUUID();
    private Scene scene;
    private AccountState account;
    private String message;

    @BeforeAll
    static void startServer() {
        server = new GreenMailServer();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void connectAndReceive() throws Exception {
        scene = new Scene();
        String user = server.newUser();
        account = scene.connect(organization, user, server.port(), "none");
        scene.awaitState(account.account(), "live");
        try (ImapSession other = Scene.otherProgram(user, server.port())) {
            other.append(MailboxName.INBOX, withAttachment(), Set.of(), Instant.now());
        }
        message = scene.awaitMail(account.account(), "message.received", Scene.subject("Attached"))
                .data()
                .path("message")
                .path("id")
                .asText();
    }

    @AfterEach
    void closeScene() {
        scene.close();
    }

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
    void refusesALabelWithoutALevel() {
        as(organization)
                .contentType("application/json")
                .body("{\"type\": \"remove_label\", \"label\": \"/\"}")
                .post("/v1/messages/{id}/commands", message)
                .then()
                .statusCode(400);
    }

    @Test
    void carriesOutACommandAndSaysWhatBecameOfIt() {
        String id = as(organization)
                .header("Idempotency-Key", "once")
                .contentType("application/json")
                .body("{\"type\": \"archive\"}")
                .post("/v1/messages/{id}/commands", message)
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        String again = as(organization)
                .header("Idempotency-Key", "once")
                .contentType("application/json")
                .body("{\"type\": \"archive\"}")
                .post("/v1/messages/{id}/commands", message)
                .then()
                .statusCode(202)
                .extract()
                .path("id");

        assertThat(again).isEqualTo(id);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> as(organization)
                        .get("/v1/commands/{id}", id)
                        .then()
                        .statusCode(200)
                        .body("state", equalTo("succeeded"))
                        .body("result", equalTo("moved")));
    }

    @Test
    void aKeyThatCameWithAnotherRequestIsRefusedAndNothingIsWritten() {
        String id = commanded("k1", "{\"type\": \"apply_label\", \"label\": \"Kept\"}")
                .statusCode(202)
                .extract()
                .path("id");

        for (String other : List.of(
                "{\"type\": \"trash\"}",
                "{\"type\": \"apply_label\", \"label\": \"Other\"}",
                "{\"type\": \"apply_label\", \"label\": \"Kept\", \"account\": \"%s\"}".formatted(UUID.randomUUID()))) {
            commanded("k1", other).statusCode(409).body("type", endsWith("/idempotency-key-reused"));
        }
        String named =
                "{\"type\": \"apply_label\", \"label\": \"Kept\", \"account\": \"%s\"}".formatted(account.account());
        commanded("k1", named).statusCode(202).body("id", equalTo(id));
        commanded("k2", "{\"type\": \"mark_read\"}").statusCode(202);

        assertThat(Scene.count("select count(*) from command where account_id = '" + account.account() + "'"))
                .isEqualTo(2);
        try (KafkaLog commands = KafkaLog.of(Topics.MAIL_COMMANDS)) {
            assertThat(scene.toldOf(account.account())).isEmpty();
            assertThat(commands.recordsToEnd())
                    .filteredOn(record -> account.account().toString().equals(record.key()))
                    .extracting(LoggedRecord::type)
                    .containsExactly("dev.mailroom.mail.apply_label.v1", "dev.mailroom.mail.mark_read.v1");
        }
    }

    @Test
    void aRepeatedRequestHasTheSameAnswerAlthoughTheMessageIsGone() {
        String id = commanded("last", "{\"type\": \"mark_read\"}")
                .statusCode(202)
                .extract()
                .path("id");
        Scene.execute("update copy set vanished_at = now() where message_id = '" + message + "'");

        commanded("last", "{\"type\": \"mark_read\"}").statusCode(202).body("id", equalTo(id));
        commanded("another", "{\"type\": \"mark_read\"}").statusCode(404);
    }

    @Test
    void refusesWhatItDoesNotUnderstand() {
        as(organization)
                .contentType("application/json")
                .body("{\"type\": \"explode\"}")
                .post("/v1/messages/{id}/commands", message)
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/type"));
        as(organization)
                .contentType("application/json")
                .body("{\"type\": \"archive\", \"colour\": \"red\"}")
                .post("/v1/messages/{id}/commands", message)
                .then()
                .statusCode(400);
        as(organization).get("/v1/mailboxes").then().statusCode(400);
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

    private ValidatableResponse commanded(String key, String body) {
        return as(organization)
                .header("Idempotency-Key", key)
                .contentType("application/json")
                .body(body)
                .post("/v1/messages/{id}/commands", message)
                .then();
    }

    private static RequestSpecification as(UUID organization) {
        return given().header("Authorization", "Bearer " + TestTokens.token("member", organization, "tester"));
    }

    private static byte[] content() {
        byte[] content = new byte[3_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) i;
        }
        return content;
    }

    private static byte[] withAttachment() {
        return ("""
                From: Ana <ana@example.net>
                To: bo@example.com
                Subject: Attached
                Date: Fri, 20 Nov 2026 10:00:00 +0000
                Message-ID: <attached@example.net>
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary=b

                --b
                Content-Type: text/plain

                see attachment
                --b
                Content-Type: application/octet-stream
                Content-Disposition: attachment; filename=data.bin
                Content-Transfer-Encoding: base64

                %s
                --b--
                """.formatted(Base64.getMimeEncoder().encodeToString(content()).replace("\r\n", "\n")))
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}

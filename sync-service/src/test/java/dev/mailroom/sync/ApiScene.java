package dev.mailroom.sync;

import static io.restassured.RestAssured.given;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.testkit.TestTokens;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** An account with one message that has an attachment, and the service before it over HTTP. */
@SuppressWarnings("NullAway.Init")
abstract class ApiScene {
    static GreenMailServer server;
    final UUID organization = UUID.randomUUID();
    Scene scene;
    AccountState account;
    String message;

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

    static RequestSpecification as(UUID organization) {
        return given().header("Authorization", "Bearer " + TestTokens.token("member", organization, "tester"));
    }

    static byte[] content() {
        byte[] content = new byte[3_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) i;
        }
        return content;
    }

    static byte[] withAttachment() {
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

package dev.mailroom.sync;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.testkit.LoggedRecord;
import dev.mailroom.testkit.TestTokens;
import dev.mailroom.testkit.imap.DovecotServer;
import dev.mailroom.testkit.net.LongWay;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** An attachment of 8 MiB from a server that is 40 ms away. The time is said and not judged; what is judged is how often it is waited for. */
@QuarkusTest
@SyncTest
@EnabledIf("dev.mailroom.testkit.imap.DovecotServer#installed")
class LongWayTest {
    private static final Logger LOG = Logger.getLogger(LongWayTest.class);
    private static final Duration ROUND_TRIP = Duration.ofMillis(40);
    private static final int BYTES = 8 * 1024 * 1024;

    /** Of 40 ms each: half of the two seconds in which the attachment is to be there. */
    private static final int ROUND_TRIPS_MAX = 25;

    private final String user = "u" + UUID.randomUUID().toString().substring(0, 8);

    @Test
    void aLargeAttachmentCostsFewRoundTrips() throws Exception {
        byte[] content = new byte[BYTES];
        new Random(8).nextBytes(content);
        try (DovecotServer server = DovecotServer.start(Scene.serverCertificate());
                LongWay way = new LongWay(server.tlsPort(), ROUND_TRIP);
                Scene scene = new Scene()) {
            UUID organization = UUID.randomUUID();
            AccountState account = scene.connect(organization, user, way.port(), "none");
            scene.awaitState(account.account(), "live");
            try (ImapSession other = Scene.otherProgram(user, server.tlsPort())) {
                other.append(MailboxName.INBOX, withAttachment(content), Set.of(), Instant.now());
            }
            LoggedRecord told = scene.awaitMail(account.account(), "message.received", Scene.subject("Large"));
            String message = told.data().path("message").path("id").asText();
            for (String connection : new String[] {"a new connection", "a kept connection"}) {
                int before = way.roundTrips();
                long begun = System.nanoTime();

                byte[] read = given().header(
                                "Authorization", "Bearer " + TestTokens.token("owner", organization, "tester"))
                        .get("/v1/messages/{id}/attachments/2", message)
                        .then()
                        .statusCode(200)
                        .extract()
                        .asByteArray();

                LOG.infof(
                        "8 MiB over %d ms and %s: %d ms, %d round trips",
                        ROUND_TRIP.toMillis(),
                        connection,
                        (System.nanoTime() - begun) / 1_000_000,
                        way.roundTrips() - before);
                assertThat(read).isEqualTo(content);
                assertThat(way.roundTrips() - before).isLessThanOrEqualTo(ROUND_TRIPS_MAX);
            }
        }
    }

    private byte[] withAttachment(byte[] content) {
        String encoded = Base64.getMimeEncoder().encodeToString(content);
        return ("""
                From: ana@example.net
                To: bo@example.com
                Subject: Large
                Date: Fri, 20 Nov 2026 10:00:00 +0000
                Message-ID: <large@%s.example.net>
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary="b"

                --b
                Content-Type: text/plain

                see attachment
                --b
                Content-Type: application/octet-stream; name="data.bin"
                Content-Disposition: attachment; filename="data.bin"
                Content-Transfer-Encoding: base64

                %s
                --b--
                """.formatted(user, encoded))
                .replace("\r\n", "\n")
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}

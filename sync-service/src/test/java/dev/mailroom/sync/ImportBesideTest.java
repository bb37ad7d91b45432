package dev.mailroom.sync;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.sync.account.Account;
import dev.mailroom.sync.account.Accounts;
import dev.mailroom.sync.connection.HostConnections;
import dev.mailroom.sync.database.Database;
import dev.mailroom.testkit.LoggedRecord;
import dev.mailroom.testkit.TestTokens;
import dev.mailroom.testkit.imap.DovecotServer;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** A large import beside live mail, with a real server. */
@QuarkusTest
@SyncTest
@EnabledIf("dev.mailroom.testkit.imap.DovecotServer#installed")
@SuppressWarnings("NullAway.Init")
class ImportBesideTest {
    private static final int MANY = 1_500;
    private static final Duration LONG = Duration.ofSeconds(60);

    @Inject
    Database database;

    @Inject
    Accounts accounts;

    @Inject
    HostConnections hosts;

    private final String user = "u" + UUID.randomUUID().toString().substring(0, 8);

    @Test
    void liveMailIsToldWhileABatchOfTheImportIsStuck() throws Exception {
        try (DovecotServer server = DovecotServer.start(Scene.serverCertificate());
                SlowLink link = new SlowLink(server.tlsPort(), 2, 200_000);
                Scene scene = new Scene()) {
            // Given
            fill(server);
            AccountState account = scene.connect(UUID.randomUUID(), user, link.port(), "all");
            assertThat(link.stuck().await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();

            // When
            deliver(server, "new", "new", "Live");
            LoggedRecord live = scene.awaitMail(account.account(), "message.received", Scene.subject("Live"));

            // Then
            assertThat(live.data().path("source").asText()).isEqualTo("live");
            assertThat(importState(account)).isEqualTo("running");
            link.release();
            awaitImported(account);
            assertThat(count("copy", account)).isEqualTo(MANY + 1);
            assertThat(link.connections()).isEqualTo(HostConnections.CONNECTIONS_MAX);
            scene.awaitState(account.account(), "live");
        }
    }

    @Test
    void whoReadsAMessageGetsTheSecondConnectionFromTheImportWhichGoesOnAfterwards() throws Exception {
        try (DovecotServer server = DovecotServer.start(Scene.serverCertificate());
                SlowLink link = new SlowLink(server.tlsPort(), 2, 200_000);
                Scene scene = new Scene()) {
            // Given: an import that has the second connection
            fill(server);
            UUID organization = UUID.randomUUID();
            AccountState account = scene.connect(organization, user, link.port(), "all");
            assertThat(link.stuck().await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            UUID imported = database.first(
                            "select message_id from copy where account_id = $1 limit 1", account.account())
                    .orElseThrow()
                    .getUUID("message_id");

            // When
            CompletableFuture<Response> reading = CompletableFuture.supplyAsync(
                    () -> given().header("Authorization", "Bearer " + TestTokens.token("owner", organization, "tester"))
                            .get("/v1/messages/{id}/raw", imported));
            await("a reader that waits")
                    .until(() -> !database.query(
                                    "select 1 from second_connection where account_id = $1 and wanted_until > now()",
                                    account.account())
                            .isEmpty());
            link.release();

            // Then
            Response read = reading.get(LONG.toSeconds(), TimeUnit.SECONDS);
            assertThat(read.statusCode()).isEqualTo(200);
            assertThat(read.asString()).contains("Subject: Old");
            awaitImported(account);
            assertThat(count("copy", account)).isEqualTo(MANY);
            assertThat(link.openMost()).isEqualTo(HostConnections.CONNECTIONS_MAX);
            scene.awaitState(account.account(), "live");
        }
    }

    @Test
    void aHostThatRefusesASecondConnectionIsImportedOverTheFirst() throws Exception {
        try (DovecotServer server = DovecotServer.start(Scene.serverCertificate(), "mail_max_userip_connections = 1");
                Scene scene = new Scene()) {
            // Given
            fill(server);

            // When
            AccountState account = scene.connect(UUID.randomUUID(), user, server.tlsPort(), "all");
            awaitImported(account);
            scene.awaitState(account.account(), "live");

            // Then
            assertThat(count("copy", account)).isEqualTo(MANY);
            Account stored = accounts.find(database, account.account()).orElseThrow();
            assertThat(hosts.allowsSecond(stored)).isFalse();
            await("all of them on Kafka")
                    .atMost(LONG)
                    .untilAsserted(() -> assertThat(scene.mailOf(account.account(), "message.imported")
                                    .size())
                            .isEqualTo(MANY));
        }
    }

    @Test
    void aMessageThatTheServerCannotOpenHoldsUpNothing() throws Exception {
        try (DovecotServer server = DovecotServer.start(Scene.serverCertificate());
                Scene scene = new Scene()) {
            fill(server);
            Files.setPosixFilePermissions(
                    server.maildir(user).resolve("cur").resolve("old-700:2,S"),
                    PosixFilePermissions.fromString("---------"));

            AccountState account = scene.connect(UUID.randomUUID(), user, server.tlsPort(), "all");
            awaitImported(account);

            assertThat(count("copy", account)).isEqualTo(MANY - 1);
            assertThat(count("quarantine", account)).isEqualTo(1);
        }
    }

    private void awaitImported(AccountState account) {
        await("the import")
                .atMost(LONG)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> importState(account).equals("done"));
    }

    private String importState(AccountState account) {
        return database.first("select import_state from account where id = $1", account.account())
                .map(row -> row.getString("import_state"))
                .orElse("unknown");
    }

    private long count(String table, AccountState account) {
        return database.first("select count(*) as n from " + table + " where account_id = $1", account.account())
                .orElseThrow()
                .getLong("n");
    }

    private void fill(DovecotServer server) throws IOException {
        for (String part : new String[] {"", "cur", "new", "tmp"}) {
            Path folder = Files.createDirectories(server.maildir(user).resolve(part));
            // The server reads and writes as another user.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        for (int i = 0; i < MANY; i++) {
            Path file = deliver(server, "cur", "old-" + i, "Old " + i);
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        }
    }

    private Path deliver(DovecotServer server, String part, String name, String subject) throws IOException {
        byte[] mail = Scene.mail(name + "@" + user + ".example.net", subject, "", "Words. ".repeat(100));
        Path written = Files.write(server.maildir(user).resolve("tmp").resolve(name), mail);
        return Files.move(
                written, server.maildir(user).resolve(part).resolve(name + (part.equals("cur") ? ":2,S" : "")));
    }
}

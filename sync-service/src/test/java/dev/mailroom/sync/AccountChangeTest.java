package dev.mailroom.sync;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.mailclient.imap.ImapCredentials;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.account.Account;
import dev.mailroom.sync.account.Accounts;
import dev.mailroom.sync.account.Credentials;
import dev.mailroom.sync.database.Database;
import dev.mailroom.testkit.TestTokens;
import dev.mailroom.vault.SealContext;
import dev.mailroom.vault.VaultKeyFile;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a running session does when somebody changes the account. */
@QuarkusTest
@SyncTest
class AccountChangeTest {
    /** What is promised for a new password or user name. */
    private static final Duration PICKED_UP_WITHIN = Duration.ofSeconds(5);

    private static GreenMailServer server;

    private final UUID organization = UUID.randomUUID();
    private Scene scene;

    @Inject
    Credentials credentials;

    @Inject
    Accounts accounts;

    @Inject
    Database database;

    @BeforeAll
    static void startServer() {
        server = new GreenMailServer();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void openScene() {
        scene = new Scene();
    }

    @AfterEach
    void closeScene() {
        scene.close();
    }

    @Test
    void aRunningSessionLogsInWithTheNewPasswordWithinFiveSeconds() throws Exception {
        String user = server.newUser();
        AccountState account = scene.connect(organization, user, server.port(), "none");
        scene.awaitState(account.account(), "live");
        server.changePassword(user, "another password");
        AccountState changed = Scene.state(organization, account.account(), user, server.port(), "none", 2, 2);
        Scene.password(changed, "another password");

        Instant said = Instant.now();
        scene.publish(new AccountEvent.Changed(changed));

        awaitSyncSince(account.account(), said, 2);
        // It never was in trouble: the old connection was left before the server could refuse anything.
        assertThat(states(account.account())).doesNotContain("auth_failed", "disconnected", "needs_action");
    }

    @Test
    void aSessionThatGaveUpTriesTheNewPasswordWithinFiveSeconds() {
        String user = server.newUser();
        AccountState wrong = Scene.state(organization, UUID.randomUUID(), user, server.port(), "none", 1, 1);
        Scene.password(wrong, "not it");
        scene.publish(new AccountEvent.Connected(wrong));
        scene.awaitState(wrong.account(), "auth_failed");
        AccountState right = Scene.state(organization, wrong.account(), user, server.port(), "none", 2, 2);
        Scene.password(right, Scene.PASSWORD);

        Instant said = Instant.now();
        scene.publish(new AccountEvent.Changed(right));

        awaitSyncSince(wrong.account(), said, 2);
        scene.awaitState(wrong.account(), "live");
    }

    @Test
    void aRunningSessionTakesTheNewUserNameWithinFiveSeconds() {
        AccountState account = scene.connect(organization, server.newUser(), server.port(), "none");
        scene.awaitState(account.account(), "live");
        AccountState other =
                Scene.state(organization, account.account(), server.newUser(), server.port(), "none", 2, 2);
        Scene.password(other, Scene.PASSWORD);

        Instant said = Instant.now();
        scene.publish(new AccountEvent.Changed(other));

        awaitSyncSince(account.account(), said, 2);
        assertThat(Scene.count("select count(*) from account where id = '" + account.account()
                        + "' and sealed_username = '" + other.username() + "'"))
                .isEqualTo(1);
    }

    @Test
    void aCopyOfAPasswordWhoseKeyIsGoneIsFetchedAgain(@TempDir Path folder) throws Exception {
        AccountState state = scene.connect(organization, server.newUser(), server.port(), "none");
        scene.awaitState(state.account(), "live");
        Path otherKeys = folder.resolve("vault.key");
        VaultKeyFile.create(otherKeys);
        VaultKeyFile.rotate(otherKeys);
        byte[] lost = VaultKeyFile.load(otherKeys)
                .seal("lost".toCharArray(), SealContext.imapSmtp(organization, state.account()));
        database.execute("update account set sealed = $2 where id = $1", state.account(), Buffer.buffer(lost));
        Account account = accounts.find(database, state.account()).orElseThrow();

        ImapCredentials opened = credentials.open(account);

        assertThat(opened.username()).isEqualTo(state.username());
        byte[] stored = database.first("select sealed from account where id = $1", state.account())
                .orElseThrow()
                .getBuffer("sealed")
                .getBytes();
        assertThat(stored).isNotEqualTo(lost);
        assertThat(VaultKeyFile.load(Scene.folder().resolve("vault.key")).knows(stored))
                .isTrue();
    }

    @Test
    void aWiderWindowFillsUpAndANarrowerOneDeletesNothing() throws Exception {
        String user = server.newUser();
        try (ImapSession other = Scene.otherProgram(user, server.port())) {
            append(other, "recent", 10);
            append(other, "half a year", 150);
            append(other, "two years", 700);
        }
        AccountState account = scene.connect(organization, user, server.port(), "1m");
        awaitImported(account.account(), "recent");

        change(account, "1y", 2);
        awaitImported(account.account(), "half a year", "recent");
        change(account, "1m", 3);
        awaitImported(account.account(), "half a year", "recent");
        change(account, "none", 4);
        awaitImported(account.account(), "half a year", "recent");
        change(account, "3y", 5);
        awaitImported(account.account(), "half a year", "recent", "two years");

        // Each once, all as history, none as new mail, none taken back.
        assertThat(subjects(account.account(), "message.imported"))
                .containsExactlyInAnyOrder("recent", "half a year", "two years");
        assertThat(scene.mailOf(account.account(), "message.received")).isEmpty();
        assertThat(scene.mailOf(account.account(), "message.deleted")).isEmpty();
        assertThat(Scene.count("select count(*) from copy where vanished_at is null and account_id = '"
                        + account.account() + "'"))
                .isEqualTo(3);
    }

    @Test
    void tellsAnotherServiceOfAnAccountOfTheOrganizationThatItNames() {
        AccountState account = scene.connect(organization, server.newUser(), server.port(), "none");
        scene.awaitState(account.account(), "live");
        String token = TestTokens.token("service", null, "account-service");
        String path = "/v1/sync/accounts/" + account.account();

        given().auth()
                .oauth2(token)
                .get(path + "?organization=" + organization)
                .then()
                .statusCode(200)
                .body("messages", equalTo(0));
        given().auth()
                .oauth2(token)
                .get(path + "?organization=" + UUID.randomUUID())
                .then()
                .statusCode(404);
        given().auth().oauth2(token).get(path).then().statusCode(400);
        given().auth().oauth2(token).get(path + "/stream").then().statusCode(403);
        // A person cannot look into another organization by naming it.
        given().auth()
                .oauth2(TestTokens.token("owner", UUID.randomUUID(), "somebody"))
                .get(path + "?organization=" + organization)
                .then()
                .statusCode(404);
    }

    /** Waits until the mailbox was looked at over a connection that was opened with this credential. */
    private static void awaitSyncSince(UUID account, Instant since, long credential) {
        Awaitility.await()
                .atMost(PICKED_UP_WITHIN)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> Scene.count("select count(*) from account where id = '" + account
                                + "' and sealed_version = " + credential + " and synced_at > '" + since + "'")
                        == 1);
    }

    private void change(AccountState account, String history, long revision) {
        AccountState changed =
                Scene.state(organization, account.account(), account.username(), server.port(), history, revision, 1);
        scene.publish(new AccountEvent.Changed(changed));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> Scene.count("select count(*) from account where id = '" + account.account()
                                + "' and history = '" + history + "' and import_state = 'done'")
                        == 1);
    }

    private void awaitImported(UUID account, String... subjects) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(subjects(account, "message.imported")).containsExactlyInAnyOrder(subjects));
    }

    private List<String> subjects(UUID account, String type) {
        return scene.mailOf(account, type).stream()
                .map(record -> record.data().path("message").path("subject").asText())
                .toList();
    }

    private List<String> states(UUID account) {
        return scene.status.records().stream()
                .filter(record -> account.toString().equals(record.key()))
                .map(record -> record.data().path("state").asText())
                .toList();
    }

    private static void append(ImapSession session, String subject, int daysAgo) throws Exception {
        session.append(
                MailboxName.INBOX,
                Scene.mail(subject.replace(' ', '-') + "@example.net", subject, "", "Text"),
                Set.of(),
                Instant.now().minus(daysAgo, ChronoUnit.DAYS));
    }
}

package dev.mailroom.sync.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.sync.SyncTest;
import dev.mailroom.sync.UnreachableAccount;
import dev.mailroom.sync.account.Account;
import dev.mailroom.sync.account.Accounts;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.ownership.Fence;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class AccountSessionTest {
    /** A shard that the running application does not own. */
    private static final int SHARD = 1_001;

    private static final UUID ORGANIZATION = UUID.randomUUID();

    @Inject
    SessionParts parts;

    @Inject
    Accounts accounts;

    @Inject
    Database database;

    @Test
    void aSessionThatIsStartedWithStaleNewsOfAPausedAccountEnds() throws Exception {
        // The fence holds: it is not what ends the session.
        database.execute(
                "insert into shard (id, epoch, owner) values ($1, 1, 'test') on conflict (id) do nothing", SHARD);
        Account stale = store(UUID.randomUUID(), 1, false);
        store(stale.id(), 2, true);

        AccountSession session = new AccountSession(parts, stale, new Fence(SHARD, 1), (ended, fenced) -> {});
        session.start(null);

        try {
            assertThat(session.join(Duration.ofSeconds(10))).isTrue();
        } finally {
            session.stop();
        }
    }

    @Test
    void aSessionBeginsWhenTheOneBeforeItIsOver() throws Exception {
        Account account = store(UUID.randomUUID(), 1, true);
        CountDownLatch formerEnds = new CountDownLatch(1);
        CountDownLatch formerMayEnd = new CountDownLatch(1);
        AccountSession former = new AccountSession(parts, account, new Fence(SHARD, 1), (ended, fenced) -> {
            formerEnds.countDown();
            awaitUninterrupted(formerMayEnd);
        });
        former.start(null);
        assertThat(formerEnds.await(10, TimeUnit.SECONDS)).isTrue();

        AccountSession next = new AccountSession(parts, account, new Fence(SHARD, 1), (ended, fenced) -> {});
        next.start(former);

        assertThat(next.join(Duration.ofMillis(300))).isFalse();
        formerMayEnd.countDown();
        assertThat(next.join(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void aRefusedPasswordIsNotTriedAgainByTheNextOwnerButANewOneIs() throws Exception {
        database.execute(
                "insert into shard (id, epoch, owner) values ($1, 1, 'test') on conflict (id) do nothing", SHARD);
        Account account = store(UUID.randomUUID(), 1, false);
        database.execute("update account set state = 'auth_failed' where id = $1", account.id());
        Account refused = accounts.find(database, account.id()).orElseThrow();

        AccountSession session = new AccountSession(parts, refused, new Fence(SHARD, 1), (ended, fenced) -> {});
        session.start(null);

        try {
            assertThat(session.join(Duration.ofMillis(300))).isFalse();
            assertThat(session.said()).isEqualTo(SyncStatus.State.AUTH_FAILED);
            assertThat(count(account.id(), "auth_failed")).isEqualTo(1);
            session.changed(storeWithPassword(account.id(), 2, 2));
            Awaitility.await().until(() -> session.said() == SyncStatus.State.CONNECTING);
        } finally {
            session.stopAtOnce();
        }
    }

    @Test
    void aNewPasswordThatComesWhileNobodyOwnsTheAccountIsTried() {
        Account account = store(UUID.randomUUID(), 1, false);
        database.execute("update account set state = 'auth_failed' where id = $1", account.id());

        storeWithPassword(account.id(), 2, 1);
        assertThat(count(account.id(), "auth_failed")).isEqualTo(1);
        storeWithPassword(account.id(), 3, 2);

        assertThat(count(account.id(), "connecting")).isEqualTo(1);
    }

    @Test
    void mailThatHasSettledIsToldAlsoWithoutAConnection() throws Exception {
        // Given an account whose password is refused, with mail that waits
        database.execute(
                "insert into shard (id, epoch, owner) values ($1, 1, 'test') on conflict (id) do nothing", SHARD);
        Account account = store(UUID.randomUUID(), 1, false);
        database.execute("update account set state = 'auth_failed' where id = $1", account.id());
        UUID message = waiting(account.id());
        Account refused = accounts.find(database, account.id()).orElseThrow();

        // When
        AccountSession session = new AccountSession(parts, refused, new Fence(SHARD, 1), (ended, fenced) -> {});
        session.start(null);

        // Then
        try {
            Awaitility.await()
                    .until(() -> database.first("select 1 from settling where account_id = $1", account.id())
                            .isEmpty());
            assertThat(database.first("select revision from message where id = $1", message)
                            .orElseThrow()
                            .getLong("revision"))
                    .isEqualTo(1);
            assertThat(session.said()).isEqualTo(SyncStatus.State.AUTH_FAILED);
        } finally {
            session.stopAtOnce();
        }
    }

    @Test
    void theNextSessionKnowsForHowLongTheServerHasBeenAway() throws Exception {
        Account account = ownedAccount();
        AccountSession first = started(account);
        try {
            Awaitility.await().until(() -> failingSince(account.id()).isPresent());
        } finally {
            first.stopAtOnce();
        }
        assertThat(first.join(Duration.ofSeconds(10))).isTrue();
        assertThat(count(account.id(), "disconnected")).isZero();
        database.execute(
                "update setback set failing_since = failing_since - interval '31 minutes' where account_id = $1",
                account.id());

        AccountSession next = started(account);

        try {
            Awaitility.await().until(() -> count(account.id(), "disconnected") == 1);
        } finally {
            next.stopAtOnce();
        }
    }

    @Test
    void anOutageOfMoreThanAMinuteIsSaidWithItsReasonOnce() throws Exception {
        // Given: the account was live, and there has been no connection for two minutes
        Account stored = ownedAccount();
        database.execute("update account set state = 'live', status_revision = 1 where id = $1", stored.id());
        Account account = accounts.find(database, stored.id()).orElseThrow();
        parts.setbackRows()
                .write(
                        new Fence(SHARD, 1),
                        account,
                        new Setbacks.Memory(List.of(), parts.clock().instant().minusSeconds(120)));

        // When
        AccountSession session = started(account);

        // Then
        try {
            Awaitility.await().until(() -> session.said() == SyncStatus.State.CONNECTING);
            assertThat(category(account.id())).isEqualTo("credentials_unavailable");
            // It is tried again and again meanwhile: the reason stays, and nothing is said anew.
            Awaitility.await()
                    .during(Duration.ofMillis(1_200))
                    .until(() ->
                            category(account.id()).equals("credentials_unavailable") && revision(account.id()) == 2);
        } finally {
            session.stopAtOnce();
        }
    }

    @Test
    void aSessionThatBeginsInAnOutageKeepsTheReasonThatIsSaid() throws Exception {
        Account stored = ownedAccount();
        database.execute(
                "update account set state = 'connecting', state_category = 'credentials_unavailable', status_revision = 1"
                        + " where id = $1",
                stored.id());
        Account account = accounts.find(database, stored.id()).orElseThrow();
        Instant away = parts.clock().instant().minusSeconds(120);
        parts.setbackRows().write(new Fence(SHARD, 1), account, new Setbacks.Memory(List.of(), away));

        AccountSession session = started(account);

        try {
            Awaitility.await()
                    .during(Duration.ofMillis(700))
                    .until(() ->
                            category(account.id()).equals("credentials_unavailable") && revision(account.id()) == 1);
        } finally {
            session.stopAtOnce();
        }
    }

    @Test
    void aShortOutageIsNotSaid() throws Exception {
        Account stored = ownedAccount();
        database.execute("update account set state = 'live', status_revision = 1 where id = $1", stored.id());
        Account account = accounts.find(database, stored.id()).orElseThrow();

        AccountSession session = started(account);

        try {
            Awaitility.await().until(() -> failingSince(account.id()).isPresent());
            assertThat(session.said()).isEqualTo(SyncStatus.State.LIVE);
            assertThat(revision(account.id())).isEqualTo(1);
        } finally {
            session.stopAtOnce();
        }
    }

    private String category(UUID account) {
        return java.util.Objects.requireNonNullElse(
                database.first("select state_category from account where id = $1", account)
                        .orElseThrow()
                        .getString("state_category"),
                "none");
    }

    private long revision(UUID account) {
        return database.first("select status_revision from account where id = $1", account)
                .orElseThrow()
                .getLong("status_revision");
    }

    @Test
    void theNextSessionDoesNotRepeatALogInThatWasJustRefusedButTriesANewPassword() throws Exception {
        Account account = ownedAccount();
        Instant refused = parts.clock().instant().plusSeconds(3_600);
        parts.setbackRows().write(new Fence(SHARD, 1), account, new Setbacks.Memory(List.of(refused), null));

        AccountSession session = started(account);

        try {
            // Nothing is tried: nothing fails.
            Awaitility.await()
                    .during(Duration.ofMillis(700))
                    .until(() -> failingSince(account.id()).isEmpty());
            session.changed(storeWithPassword(account.id(), 2, 2));
            Awaitility.await().until(() -> failingSince(account.id()).isPresent());
            assertThat(parts.setbackRows()
                            .of(accounts.find(database, account.id()).orElseThrow())
                            .refusedLogins())
                    .isEmpty();
        } finally {
            session.stopAtOnce();
        }
    }

    private UUID waiting(UUID account) {
        UUID mailbox = UUID.randomUUID();
        UUID message = UUID.randomUUID();
        database.execute("""
                insert into mailbox (id, account_id, organization_id, raw_name, delimiter, path, role)
                values ($1, $2, $3, 'INBOX', '/', '{INBOX}', 'inbox')
                """, mailbox, account, ORGANIZATION);
        database.execute("""
                insert into message (id, organization_id, conversation_id, content_key, subject, preview, body, content, delivered_at,
                                     size_bytes)
                values ($1, $2, $1, uuid_send($1), 'Waits', '', '', '{"automation": {"null_return_path": false}}', now(), 1)
                """, message, ORGANIZATION);
        database.execute("""
                insert into copy (mailbox_id, uid_validity, uid, account_id, message_id, flags, seen, flagged, internal_date, message_at)
                values ($1, 1, 1, $2, $3, '{}', false, false, now(), now())
                """, mailbox, account, message);
        database.execute(
                "insert into settling (account_id, message_id, settles_at) values ($1, $2, now() + interval '200 ms')",
                account,
                message);
        return message;
    }

    private Account ownedAccount() {
        database.execute(
                "insert into shard (id, epoch, owner) values ($1, 1, 'test') on conflict (id) do nothing", SHARD);
        return store(UUID.randomUUID(), 1, false);
    }

    private AccountSession started(Account account) {
        AccountSession session = new AccountSession(parts, account, new Fence(SHARD, 1), (ended, fenced) -> {});
        session.start(null);
        return session;
    }

    private Optional<Object> failingSince(UUID account) {
        return database.first(
                        "select failing_since from setback where account_id = $1 and failing_since is not null",
                        account)
                .map(row -> row.getOffsetDateTime("failing_since"));
    }

    private long count(UUID account, String state) {
        return database.first("select count(*) as n from account where id = $1 and state = $2", account, state)
                .orElseThrow()
                .getLong("n");
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException stopped) {
                // The session before is one that does not end at once.
                continue;
            }
        }
    }

    private Account store(UUID id, long revision, boolean paused) {
        return store(id, revision, paused, 1);
    }

    private Account storeWithPassword(UUID id, long revision, long password) {
        return store(id, revision, false, password);
    }

    private Account store(UUID id, long revision, boolean paused, long password) {
        AccountState state = UnreachableAccount.of(id, ORGANIZATION, revision, "none", paused, password);
        database.inTransaction(tx -> accounts.apply(tx, SHARD, new AccountEvent.Changed(state)));
        return accounts.find(database, id).orElseThrow();
    }
}

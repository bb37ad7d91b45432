package dev.mailroom.sync.account;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.sync.database.Sql;
import dev.mailroom.sync.database.Transaction;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of accounts. Stateless: the caller owns the transaction. */
@Singleton
public class Accounts {
    private final Clock clock;

    @Inject
    public Accounts(Clock clock) {
        this.clock = clock;
    }

    public Optional<Account> find(Sql sql, UUID account) {
        return sql.first("select " + Account.COLUMNS + " from account where id = $1", account)
                .map(Account::of);
    }

    /** Accounts of a shard that want a session. */
    public List<Account> ofShard(Sql sql, int shard) {
        return sql.list(
                Account::of,
                "select " + Account.COLUMNS
                        + " from account where shard = $1 and not removed and not paused order by id",
                shard);
    }

    /**
     * Takes an account event; an older revision than the stored one changes nothing.
     *
     * @return true if something changed
     */
    public boolean apply(Transaction tx, int shard, AccountEvent event) {
        return switch (event) {
            case AccountEvent.WithState stateful -> store(tx, shard, stateful.state());
            case AccountEvent.Removed removed -> remove(tx, removed);
        };
    }

    private boolean store(Transaction tx, int shard, AccountState state) {
        Optional<Account> before = find(tx, state.account());
        AccountState.InboxSeen seen = state.inboxSeen();
        int changed = tx.execute(
                """
                insert into account (id, organization_id, shard, revision, paused, email, username, imap_host, imap_port,
                                     imap_encryption, history, credential_version, created_at, owner_id, everyone, readers,
                                     inbox_uid_validity, inbox_uid_next)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
                on conflict (id) do update set
                    shard = excluded.shard, revision = excluded.revision, paused = excluded.paused, email = excluded.email,
                    username = excluded.username, imap_host = excluded.imap_host, imap_port = excluded.imap_port,
                    imap_encryption = excluded.imap_encryption, history = excluded.history,
                    credential_version = excluded.credential_version, owner_id = excluded.owner_id,
                    everyone = excluded.everyone, readers = excluded.readers,
                    inbox_uid_validity = excluded.inbox_uid_validity, inbox_uid_next = excluded.inbox_uid_next,
                    import_state = case when account.history = excluded.history then account.import_state else 'pending' end,
                    import_started_at = case when account.history = excluded.history then account.import_started_at end,
                    import_rate = case when account.history = excluded.history then account.import_rate end
                where account.revision < excluded.revision and not account.removed
                  and account.organization_id = excluded.organization_id
                """,
                state.account(),
                state.organization(),
                shard,
                state.revision(),
                state.paused(),
                state.email(),
                state.username(),
                state.imap().host(),
                state.imap().port(),
                state.imap().encryption().name().toLowerCase(Locale.ROOT),
                state.history(),
                state.credentialVersion(),
                state.createdAt().atOffset(ZoneOffset.UTC),
                state.owner(),
                state.audience().everyone(),
                state.audience().users().toArray(UUID[]::new),
                seen == null ? null : seen.uidValidity(),
                seen == null ? null : seen.uidNext());
        if (changed == 0) {
            return false;
        }
        SharedAddresses.replace(tx, state);
        AccountAliases.replace(tx, state);
        // A different window is planned anew; what is imported already is recognised.
        tx.execute("""
                update mailbox set import_state = 'unplanned', import_total = 0, import_done = 0
                where account_id = $1 and exists (select 1 from account where id = $1 and import_state = 'pending')
                """, state.account());
        if (state.paused()) {
            changeState(tx, state.account(), SyncStatus.State.PAUSED, null, null, clock.instant());
        } else if (before.isPresent() && logsInDifferently(tx, before.get())) {
            // What was refused is not what is tried now, whoever owns the account by then.
            changeState(tx, state.account(), SyncStatus.State.CONNECTING, null, null, clock.instant());
        }
        return true;
    }

    private boolean logsInDifferently(Transaction tx, Account before) {
        return before.state() == SyncStatus.State.AUTH_FAILED
                && find(tx, before.id()).map(before::connectsDifferently).orElse(false);
    }

    /** From now on nobody sees what it holds; {@code RemovedAccounts} deletes it, a piece at a time. */
    private static boolean remove(Transaction tx, AccountEvent.Removed removed) {
        int changed = tx.execute("""
                update account set removed = true, revision = $3, sealed = null, sealed_version = null
                where id = $1 and organization_id = $2 and not removed
                """, removed.account(), removed.organization(), removed.revision());
        return changed > 0;
    }

    /**
     * Changes what is said of an account's session and tells it, if it is not said already.
     *
     * @param category a stable word, null where the state needs no reason
     * @return true if it is another state or another reason than before
     */
    public static boolean changeState(
            Transaction tx,
            UUID account,
            SyncStatus.State state,
            @Nullable String category,
            @Nullable String detail,
            Instant now) {
        var found = tx.first(
                "select organization_id, state, state_category, status_revision, paused from account where id = $1 for no key update",
                account);
        if (found.isEmpty()) {
            return false;
        }
        var row = found.get();
        if (row.getBoolean("paused") && state != SyncStatus.State.PAUSED) {
            // A session that is about to stop has nothing more to say.
            return false;
        }
        String word = state.name().toLowerCase(Locale.ROOT);
        long revision = row.getLong("status_revision");
        boolean first = revision == 0;
        if (!first
                && word.equals(row.getString("state"))
                && java.util.Objects.equals(category, row.getString("state_category"))) {
            return false;
        }
        tx.execute("""
                update account set state = $2, state_category = $3, state_detail = $4, state_since = $5,
                                   status_revision = status_revision + 1
                where id = $1
                """, account, word, category, detail, now.atOffset(ZoneOffset.UTC));
        SyncStatus.State previous =
                first ? null : SyncStatus.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT));
        tx.tell(
                EventIds.of("sync.state_changed", account, revision + 1),
                new SyncStatus.StateChanged(
                        account, row.getUUID("organization_id"), state, previous, category, detail, now));
        return true;
    }
}

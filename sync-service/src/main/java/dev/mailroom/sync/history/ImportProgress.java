package dev.mailroom.sync.history;

import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Transaction;
import dev.mailroom.sync.mailbox.OutdatedException;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes how far the import of an account is, over all of its mailboxes, and tells it. The time that is left follows from the pace since
 * this run began: what an earlier run did, and the night in between, say nothing of it. One batch is counted at a time.
 */
final class ImportProgress {
    /** Between two that are told. */
    static final Duration TELL_EVERY = Duration.ofSeconds(1);

    private final Link link;
    private final Clock clock;
    private @Nullable Instant begun;
    private @Nullable Instant told;
    private long taken;

    ImportProgress(Link link, Clock clock) {
        this.link = link;
        this.clock = clock;
    }

    /** From now on messages are taken in: planning says nothing of the pace. */
    void begins() {
        begun = begun == null ? clock.instant() : begun;
    }

    /**
     * Counts a batch in its transaction, without waiting, unless the account has another window by now; writes and tells the sum now and
     * then. Rolls the batch back if the mailbox has other UIDs by now.
     */
    void count(Transaction tx, ImportPlan plan, ImportPlan.Batch batch) {
        tx.require(
                OutdatedException::new,
                """
                with wanted as (select 1 from account where id = $5 and history = $6 for update),
                counted as (
                    update mailbox set import_done = import_done + $2, import_total = greatest(0, import_total - $4)
                    where id = $1 and uid_validity = $3 and import_state = 'planned' and exists (select from wanted)
                    returning 1)
                select 1 from counted union all select 1 where not exists (select from wanted)
                """,
                plan.row().id(),
                (long) batch.messages().size(),
                plan.uidValidity(),
                (long) batch.gone(),
                link.accountId(),
                link.account().history());
        taken += batch.messages().size() + batch.gone();
        Instant last = told;
        if (last == null || Duration.between(last, clock.instant()).compareTo(TELL_EVERY) >= 0) {
            tell(tx);
        }
    }

    /** Writes and tells the sum, unless the account has another window by now. */
    void tell(Transaction tx) {
        told = clock.instant();
        tell(tx, false);
    }

    /** True if the import was not finished before. */
    boolean finish(Transaction tx) {
        int changed = tx.execute(
                "update account set import_state = 'done' where id = $1 and import_state <> 'done' and history = $2",
                link.accountId(),
                link.account().history());
        if (changed > 0) {
            tell(tx, true);
        }
        return changed > 0;
    }

    private void tell(Transaction tx, boolean finished) {
        Double rate = rate();
        Optional<Row> sum = tx.first(
                """
                update account set import_state = case when $4 then import_state else 'running' end,
                       import_started_at = coalesce(import_started_at, $2), import_rate = coalesce($3, import_rate),
                       import_done = s.done, import_total = s.total, status_revision = status_revision + 1
                from (select coalesce(sum(import_done), 0)::bigint as done, coalesce(sum(import_total), 0)::bigint as total
                      from mailbox where account_id = $1) s
                where id = $1 and history = $5 returning status_revision, import_done, import_total
                """,
                link.accountId(),
                clock.instant().atOffset(ZoneOffset.UTC),
                rate,
                finished,
                link.account().history());
        if (sum.isEmpty()) {
            return;
        }
        Row row = sum.get();
        long done = row.getLong("import_done");
        long total = row.getLong("import_total");
        tx.tell(
                EventIds.of("sync.import_progress", link.accountId(), row.getLong("status_revision")),
                new SyncStatus.ImportProgress(
                        link.accountId(),
                        link.organization(),
                        done,
                        total,
                        finished,
                        finished ? Long.valueOf(0) : rate == null ? null : secondsFor(total - done, rate)));
    }

    private static Long secondsFor(long messages, double rate) {
        return (long) Math.ceil(Math.max(0, messages) / rate);
    }

    /** Messages per second of this run; null while that cannot be said. */
    private @Nullable Double rate() {
        Instant since = begun;
        if (since == null || taken == 0) {
            return null;
        }
        Duration elapsed = Duration.between(since, clock.instant());
        return elapsed.isPositive() ? taken / (elapsed.toNanos() / 1e9) : null;
    }

    /**
     * False if the account has another window by now, under which everything is planned anew: what was found for the old one must not be
     * written over that. Locks the account, so that the window does not change before the end of the transaction.
     */
    boolean isStillWanted(Transaction tx) {
        return tx.first(
                        "select 1 from account where id = $1 and history = $2 for update",
                        link.accountId(),
                        link.account().history())
                .isPresent();
    }
}

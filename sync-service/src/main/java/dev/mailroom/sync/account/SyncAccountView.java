package dev.mailroom.sync.account;

import dev.mailroom.sync.access.Access;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How an account's session is doing.
 *
 * @param state one of {@code connecting importing live throttled auth_failed disconnected needs_action paused}
 * @param push how news come: {@code notify}, {@code idle} or {@code poll}
 * @param owner the replica that owns it; null while nobody does
 * @param lagS seconds since the mailbox was last known to be in step; null before the first time
 */
public record SyncAccountView(
        UUID id,
        String state,
        Instant since,
        @Nullable LastError lastError,
        String push,
        @Nullable String owner,
        long messages,
        long mailboxes,

        @com.fasterxml.jackson.annotation.JsonProperty("import")
        ImportView imported,

        @Schema(
                description =
                        "Seconds since the mailbox was last known to be in step with the server. "
                                + "Between two looks it grows although nothing is missing: where the server announces news, a healthy account has up to the "
                                + "interval of the sweeps (2 min by default). More than a few of them means that the server is not heard; null before the first look")
        @Nullable
        Long lagS,

        ReconcileView reconcile) {

    /**
     * The daily comparison of all that is stored with all that the server has.
     *
     * @param checkedAt when the mailbox that was compared the longest time ago was; null while one was not compared yet
     * @param differences what the comparisons found that should have been known; they were repaired
     */
    public record ReconcileView(@Nullable Instant checkedAt, long differences) {}

    /** @param category a stable word, {@code hint} is for a person */
    public record LastError(String category, @Nullable String hint) {}

    /**
     * @param ratio 0 to 1
     * @param etaS seconds that are left at the pace of this run; null while it is not running or has no pace yet
     */
    public record ImportView(
            String state,

            @Schema(
                    description =
                            "Copies in folders that are done with: a message that lies in two folders counts twice")
            long done,

            @Schema(
                    description =
                            "Copies in the window of history; those that turn out to be drafts or gone are taken off again")
            long total,

            double ratio,
            @Nullable Long etaS) {}

    static final String SQL = """
            select a.id, a.state, a.state_since, a.state_category, a.state_detail, a.push, s.owner, a.synced_at, a.import_state,
                   a.import_done, a.import_total, a.import_rate,
                   (select count(distinct c.message_id) from copy c where c.account_id = a.id and c.vanished_at is null) as messages,
                   b.mailboxes, b.differences, b.checked_at
            from account a left join shard s on s.id = a.shard
            cross join lateral (
                select count(*) as mailboxes, coalesce(sum(m.differences), 0)::bigint as differences,
                       case when bool_and(m.reconciled_at is not null or not m.selectable or coalesce(m.role, m.special_use, '') = 'drafts')
                            then min(m.reconciled_at) end as checked_at
                from mailbox m where m.account_id = a.id and m.missing_since is null) b
            where a.id = $1 and %s
            """.formatted(Access.inspects("a", 2));

    static SyncAccountView of(Row row, Instant now) {
        String category = row.getString("state_category");
        OffsetDateTime synced = row.getOffsetDateTime("synced_at");
        OffsetDateTime checked = row.getOffsetDateTime("checked_at");
        return new SyncAccountView(
                row.getUUID("id"),
                row.getString("state"),
                row.getOffsetDateTime("state_since").toInstant(),
                category == null ? null : new LastError(category, row.getString("state_detail")),
                row.getString("push"),
                row.getString("owner"),
                row.getLong("messages"),
                row.getLong("mailboxes"),
                importOf(row),
                synced == null
                        ? null
                        : Math.max(0, Duration.between(synced.toInstant(), now).toSeconds()),
                new ReconcileView(checked == null ? null : checked.toInstant(), row.getLong("differences")));
    }

    private static ImportView importOf(Row row) {
        long done = row.getLong("import_done");
        long total = row.getLong("import_total");
        String state = row.getString("import_state");
        Double rate = row.getDouble("import_rate");
        Long eta = null;
        if (rate != null && rate > 0 && state.equals("running")) {
            eta = (long) Math.ceil(Math.max(0, total - done) / rate);
        }
        double ratio = state.equals("done") ? 1 : total == 0 ? 0 : Math.min(1, (double) done / total);
        return new ImportView(state, done, total, ratio, eta);
    }
}

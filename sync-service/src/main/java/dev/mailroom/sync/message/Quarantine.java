package dev.mailroom.sync.message;

import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.sync.database.Transaction;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Messages that could not be taken in: kept, told of, and tried again when somebody asks. They never hold up their mailbox. */
@Singleton
public class Quarantine {
    /** Raw bytes that are kept; of a larger message only the beginning. */
    static final int RAW_MAX_BYTES = 32 * 1024 * 1024;

    private final MeterRegistry metrics;

    @Inject
    public Quarantine(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    /** @param reason a stable word, for example {@code not_answered} */
    public void keep(Transaction tx, Arrivals.Place place, long uid, String reason, byte @Nullable [] raw) {
        keep(tx, place, uid, reason, null, raw);
    }

    /** @param detail what is said of it beside the reason; null for nothing */
    public void keep(
            Transaction tx,
            Arrivals.Place place,
            long uid,
            String reason,
            @Nullable String detail,
            byte @Nullable [] raw) {
        UUID id = EventIds.of("quarantine", place.mailbox(), place.uidValidity(), uid);
        boolean added = tx.first(
                        """
                insert into quarantine (id, account_id, organization_id, mailbox_id, uid_validity, uid, reason, raw, detail)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                on conflict (mailbox_id, uid_validity, uid) do update
                set attempts = quarantine.attempts + 1, state = 'open', updated_at = now(), reason = excluded.reason, detail = excluded.detail,
                    raw = coalesce(excluded.raw, quarantine.raw)
                returning attempts
                """,
                        id,
                        place.scope().account(),
                        place.scope().organization(),
                        place.mailbox(),
                        place.uidValidity(),
                        uid,
                        reason,
                        raw == null
                                ? null
                                : Buffer.buffer(
                                        raw.length > RAW_MAX_BYTES ? java.util.Arrays.copyOf(raw, RAW_MAX_BYTES) : raw),
                        detail)
                .map(row -> row.getInteger("attempts") == 1)
                .orElse(false);
        // Told once, however often it fails again.
        if (added) {
            metrics.counter("mailroom_sync_quarantined_total", "reason", reason).increment();
            tx.tell(
                    EventIds.of("message.quarantined", id),
                    new MailEvent.MessageQuarantined(
                            place.scope().account(),
                            place.scope().organization(),
                            id,
                            place.scope().mailbox(place.mailbox()),
                            place.uidValidity(),
                            uid,
                            reason));
        }
    }
}

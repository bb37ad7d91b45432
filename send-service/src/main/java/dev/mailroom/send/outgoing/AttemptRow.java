package dev.mailroom.send.outgoing;

import dev.mailroom.contracts.EventIds;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One attempt to deliver, with the furthest phase that was about to begin. */
@Entity
@Table(name = "delivery_attempts")
public class AttemptRow {
    public static final String CLAIMED = "claimed";

    @Id
    UUID id;

    @Column
    UUID outgoingId;

    @Column
    public int number;

    @Column
    long epoch;

    @Column
    public String phase;

    @Column
    public Instant startedAt;

    @Column
    public @Nullable Instant finishedAt;

    @Column
    public @Nullable String outcome;

    @Column
    public @Nullable String reason;

    @Column
    public @Nullable Integer replyCode;

    @Column
    public @Nullable String enhancedCode;

    @Column
    public @Nullable String replyText;

    AttemptRow() {}

    public static AttemptRow of(UUID outgoing, int number, long epoch, Instant now) {
        AttemptRow row = new AttemptRow();
        row.id = id(outgoing, number);
        row.outgoingId = outgoing;
        row.number = number;
        row.epoch = epoch;
        row.phase = CLAIMED;
        row.startedAt = now;
        return row;
    }

    public static UUID id(UUID outgoing, int number) {
        return EventIds.of("attempt", outgoing, number);
    }
}

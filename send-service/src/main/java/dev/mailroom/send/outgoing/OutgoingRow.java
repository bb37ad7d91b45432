package dev.mailroom.send.outgoing;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An outgoing message without its bytes. */
@Entity
@Table(name = "outgoing")
public class OutgoingRow {
    public static final String COPY_PENDING = "pending";
    static final String COPY_FOUND = "found_on_server";

    @Id
    public UUID id;

    @Column
    public UUID organizationId;

    @Column
    public UUID accountId;

    @Column
    @Nullable
    UUID createdBy;

    @Column
    @Nullable
    String idempotencyKey;

    @Column
    byte @Nullable [] requestDigest;

    @Column
    @Nullable
    String answer;

    @Column
    public String emailMessageId;

    @Column
    public @Nullable UUID conversationId;

    @Column
    @Nullable
    String fromName;

    @Column
    String fromAddress;

    @Column
    public String envelopeFrom;

    @Column
    String subject;

    @Column
    int sizeBytes;

    @Column
    boolean autoFollowup;

    @Column
    boolean autoSubmitted;

    @Column
    public String state;

    @Column
    public @Nullable String reason;

    @Column
    public @Nullable String sentCopy;

    @Column
    Instant notBefore;

    @Column
    public @Nullable Instant nextAttemptAt;

    @Column
    public int attempts;

    @Column
    public int retries;

    @Column
    public @Nullable Instant retrySince;

    @Column
    public long epoch;

    @Column
    public @Nullable UUID claimedBy;

    @Column
    public @Nullable Instant leaseUntil;

    @Column
    public @Nullable String phase;

    @Column
    public @Nullable Instant acceptedAt;

    @Column
    Instant createdAt;

    @Column
    public Instant updatedAt;

    public OutgoingRow() {}

    public boolean in(OutgoingState expected) {
        return state.equals(expected.wireName());
    }

    /** Goes to a state; the claim, if any, is over. */
    public void become(OutgoingState next, @Nullable String why, Instant now) {
        state = next.wireName();
        reason = why;
        claimedBy = null;
        leaseUntil = null;
        phase = null;
        updatedAt = now;
    }

    @Override
    public String toString() {
        return "OutgoingRow[" + id + ", " + state + "]";
    }
}

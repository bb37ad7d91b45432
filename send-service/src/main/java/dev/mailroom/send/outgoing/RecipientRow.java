package dev.mailroom.send.outgoing;

import dev.mailroom.contracts.Address;
import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.SendEvent;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One recipient of an outgoing message and what became of it. */
@Entity
@Table(name = "outgoing_recipients")
public class RecipientRow {
    public static final String PENDING = "pending";
    public static final String ACCEPTED = "accepted";
    public static final String DEFERRED = "deferred";
    public static final String REJECTED = "rejected";

    @Id
    UUID id;

    @Column
    UUID outgoingId;

    @Column
    int position;

    @Column
    String kind;

    @Column
    @Nullable
    String name;

    @Column
    public String address;

    @Column
    public String state;

    @Column
    public @Nullable Integer replyCode;

    @Column
    public @Nullable String enhancedCode;

    @Column
    public @Nullable String replyText;

    RecipientRow() {}

    static RecipientRow of(UUID outgoing, int position, String kind, Address address, String normalized) {
        RecipientRow row = new RecipientRow();
        row.id = EventIds.of("recipient", outgoing, position);
        row.outgoingId = outgoing;
        row.position = position;
        row.kind = kind;
        row.name = address.name();
        row.address = normalized;
        row.state = PENDING;
        return row;
    }

    /** Whether a further attempt is for this one too. */
    public boolean open() {
        return state.equals(PENDING) || state.equals(DEFERRED);
    }

    /** How an event tells it; one that was never asked for counts as deferred. */
    public SendEvent.Recipient toEvent() {
        return new SendEvent.Recipient(address, state.equals(PENDING) ? DEFERRED : state, replyCode, enhancedCode);
    }
}

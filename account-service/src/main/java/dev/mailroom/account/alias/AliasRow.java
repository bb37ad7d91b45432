package dev.mailroom.account.alias;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/** An alias as it is stored. Written only while the row of its account is locked. */
@Entity
@Table(name = "aliases")
@DynamicUpdate
class AliasRow {
    @Id
    UUID id;

    @Column
    UUID organizationId;

    @Column
    UUID accountId;

    @Column
    String address;

    @Column
    String name;

    @Column
    @Nullable
    String description;

    @Column
    @Nullable
    String signature;

    @Column
    String signatureFormat;

    @Column
    boolean isDefault;

    @Column
    String sendersMode;

    @Column
    UUID[] sendersUsers;

    @Column
    String readersMode;

    @Column
    @Nullable
    UUID readersTeam;

    @Column
    UUID[] readersUsers;

    @Column
    @Nullable
    Instant confirmedAt;

    @Column
    Instant createdAt;

    @Column
    Instant updatedAt;

    AliasRow() {}

    /** A new alias without description and signature; whoever the account is shared with may send as it, nobody else reads it. */
    static AliasRow of(UUID id, AliasedAccount account, String address, String name, Instant now) {
        AliasRow row = new AliasRow();
        row.id = id;
        row.organizationId = account.organization();
        row.accountId = account.id();
        row.address = address;
        row.name = name;
        row.signatureFormat = SignatureFormat.TEXT.wireName();
        row.senders(Senders.whoeverItIsSharedWith());
        row.readers(Readers.nobody());
        row.createdAt = now;
        row.updatedAt = now;
        return row;
    }

    Senders senders() {
        return Senders.stored(sendersMode, sendersUsers);
    }

    void senders(Senders senders) {
        sendersMode = senders.mode();
        sendersUsers = senders.users().toArray(UUID[]::new);
    }

    Readers readers() {
        return Readers.stored(readersMode, readersTeam, readersUsers);
    }

    void readers(Readers readers) {
        readersMode = readers.mode();
        readersTeam = readers.team();
        readersUsers = readers.users().toArray(UUID[]::new);
    }

    /** Takes over everything that is given but the place as the default. Another address has not agreed to anything yet. */
    void apply(AliasChange change, Instant now) {
        if (change.address() != null && !change.address().equals(address)) {
            address = change.address();
            confirmedAt = null;
        }
        if (change.name() != null) {
            name = change.name();
        }
        if (change.description() != null) {
            description = change.description().isEmpty() ? null : change.description();
        }
        if (change.signature() != null) {
            signature = change.signature().isEmpty() ? null : change.signature();
        }
        if (change.signatureFormat() != null) {
            signatureFormat = change.signatureFormat().wireName();
        }
        if (change.senders() != null) {
            senders(change.senders());
        }
        if (change.readers() != null) {
            readers(change.readers());
        }
        updatedAt = now;
    }

    /** Whether it is to be shared and the address has not agreed yet. */
    boolean needsConfirmation() {
        return confirmedAt == null && !readers().isNobody();
    }

    @Override
    public String toString() {
        return "AliasRow[" + id + "]";
    }
}

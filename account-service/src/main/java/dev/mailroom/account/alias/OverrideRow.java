package dev.mailroom.account.alias;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@link OwnWords} as they are stored. */
@Entity
@Table(name = "alias_overrides")
@IdClass(OverrideRow.Key.class)
class OverrideRow {
    /** One person on one alias. */
    record Key(UUID aliasId, UUID userId) implements Serializable {}

    @Id
    UUID aliasId;

    @Id
    UUID userId;

    @Column
    UUID organizationId;

    @Column
    @Nullable
    String name;

    @Column
    @Nullable
    String signature;

    @Column
    @Nullable
    String signatureFormat;

    OverrideRow() {}

    OwnWords words() {
        return new OwnWords(
                name, signature, signatureFormat == null ? null : SignatureFormat.ofWireName(signatureFormat));
    }
}

package dev.mailroom.account.credential;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;

/**
 * The sealed password of one account. Only changed columns are written: a new version must not bring back an envelope that a rotation
 * wrapped anew in the meantime.
 */
@Entity
@DynamicUpdate
@Table(name = "credentials")
class CredentialRow {
    @Id
    UUID accountId;

    @Column
    UUID organizationId;

    @Column
    long version;

    @Column
    byte[] sealed;

    @Column
    long keyId;

    @Column
    Instant updatedAt;

    CredentialRow() {}

    @Override
    public String toString() {
        return "CredentialRow[" + accountId + ", version " + version + "]";
    }
}

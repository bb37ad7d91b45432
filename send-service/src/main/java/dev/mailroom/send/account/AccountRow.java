package dev.mailroom.send.account;

import dev.mailroom.contracts.AccountState;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An account as the last event described it, with the sealed copy of its credential. */
@Entity
@Table(name = "accounts")
public class AccountRow {
    private static final String PERSONAL = "personal";

    @Id
    UUID id;

    @Column
    UUID organizationId;

    @Column
    long revision;

    @Column
    @Nullable
    UUID ownerId;

    @Column
    boolean shared;

    @Column
    String email;

    @Column
    String displayName;

    @Column
    String[] addresses;

    @Column
    String smtpHost;

    @Column
    int smtpPort;

    @Column
    String smtpEncryption;

    @Column
    boolean paused;

    @Column
    boolean removed;

    @Column
    long credentialVersion;

    @Column
    int refusals;

    @Column
    byte @Nullable [] sealed;

    @Column
    @Nullable
    Long sealedVersion;

    @Column
    @Nullable
    String sealedUsername;

    AccountRow() {}

    static AccountRow of(AccountState state) {
        AccountRow row = new AccountRow();
        row.id = state.account();
        row.apply(state);
        return row;
    }

    /** Takes over a newer state; another credential version frees what the old credential held back. */
    void apply(AccountState state) {
        if (state.credentialVersion() != credentialVersion) {
            refusals = 0;
        }
        organizationId = state.organization();
        revision = state.revision();
        ownerId = state.owner();
        shared = !state.sharing().mode().equals(PERSONAL);
        email = state.email();
        displayName = state.displayName();
        addresses = state.addresses().stream()
                .map(address -> address.toLowerCase(Locale.ROOT))
                .toArray(String[]::new);
        smtpHost = state.smtp().host();
        smtpPort = state.smtp().port();
        smtpEncryption = state.smtp().encryption().name().toLowerCase(Locale.ROOT);
        paused = state.paused();
        removed = false;
        credentialVersion = state.credentialVersion();
    }

    /** Leaves a tombstone without anything secret. */
    void remove(long atRevision) {
        revision = atRevision;
        removed = true;
        sealed = null;
        sealedVersion = null;
        sealedUsername = null;
    }

    public UUID id() {
        return id;
    }

    public UUID organization() {
        return organizationId;
    }

    public String email() {
        return email;
    }

    public String displayName() {
        return displayName;
    }

    public String smtpHost() {
        return smtpHost;
    }

    public int smtpPort() {
        return smtpPort;
    }

    /** {@code tls} or {@code starttls}. */
    public String smtpEncryption() {
        return smtpEncryption;
    }

    public boolean removed() {
        return removed;
    }

    public long credentialVersion() {
        return credentialVersion;
    }

    /** Whether this person may use the account and see its mail; one without a known owner is everybody's. */
    public boolean visibleTo(Viewer viewer) {
        boolean everybodys = shared || ownerId == null || ownerId.equals(viewer.user());
        return organizationId.equals(viewer.organization()) && (viewer.manager() || everybodys);
    }

    /** Whether mail may be from this address, whatever its case. */
    public boolean owns(String address) {
        String lower = address.toLowerCase(Locale.ROOT);
        return lower.equals(email.toLowerCase(Locale.ROOT))
                || List.of(addresses).contains(lower);
    }

    @Override
    public String toString() {
        return "AccountRow[" + id + ", revision " + revision + "]";
    }
}

package dev.mailroom.send.account;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.AccountState.Audience;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
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
    boolean audienceEveryone;

    @Column
    UUID[] audienceUsers;

    /** The revision that the audience is of; null where no event said it to this version of the service. */
    @Column
    @Nullable
    Long audienceRevision;

    @Column
    String email;

    @Column
    String displayName;

    @Column
    String[] addresses;

    @Column
    @Convert(converter = AliasesConverter.class)
    List<Alias> aliases;

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
        audienceEveryone = state.audience().everyone();
        audienceUsers = state.audience().users().toArray(UUID[]::new);
        audienceRevision = state.revision();
        email = state.email();
        displayName = state.displayName();
        addresses = state.addresses().stream()
                .map(address -> address.toLowerCase(Locale.ROOT))
                .toArray(String[]::new);
        aliases = state.aliases().stream().map(AccountRow::alias).toList();
        smtpHost = state.smtp().host();
        smtpPort = state.smtp().port();
        smtpEncryption = state.smtp().encryption().name().toLowerCase(Locale.ROOT);
        paused = state.paused();
        removed = false;
        credentialVersion = state.credentialVersion();
    }

    /** Leaves a tombstone without anything secret. */
    void remove(long atRevision) {
        audienceRevision = heard() ? atRevision : null;
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

    /**
     * Whether this person may use the account and see its mail: its owner and those it is shared with. Managers have no part in what
     * a colleague writes; of an account whose owner nobody said, nobody has.
     */
    public boolean visibleTo(Viewer viewer) {
        return organizationId.equals(viewer.organization())
                && (viewer.user().equals(ownerId)
                        || heard()
                                && (audienceEveryone || List.of(audienceUsers).contains(viewer.user())));
    }

    /**
     * Whether the audience and the aliases are of the revision that is stored. An older version of this service, as it runs beside this one
     * during an upgrade, takes over a revision without them: until the account is told again it is its owner's alone.
     */
    private boolean heard() {
        return audienceRevision != null && audienceRevision == revision;
    }

    /** Whether this person may send something from the account, though perhaps not see its mail. */
    public boolean usableBy(Viewer viewer) {
        boolean sender = organizationId.equals(viewer.organization())
                && (owned(viewer) || aliases().stream().anyMatch(alias -> lets(viewer, alias)));
        return sender || visibleTo(viewer);
    }

    /** Whether this person of the organization may send as an alias of the account. */
    public boolean lets(Viewer viewer, Alias alias) {
        Audience senders = alias.senders();
        boolean asked = senders == null ? visibleTo(viewer) : heard() && senders.contains(viewer.user());
        return owned(viewer) || asked;
    }

    /** Managers send from what is shared with somebody; what is not is its owner's. */
    private boolean owned(Viewer viewer) {
        boolean shared = heard() && (audienceEveryone || audienceUsers.length > 0);
        return viewer.user().equals(ownerId) || (viewer.manager() && shared);
    }

    /** The addresses that mail can be from, the default one first; empty if no event told of them yet. */
    public List<Alias> aliases() {
        return aliases == null ? List.of() : aliases;
    }

    private static Alias alias(AccountState.Alias alias) {
        return new Alias(
                alias.id(), alias.address().toLowerCase(Locale.ROOT), alias.name(), alias.isDefault(), alias.senders());
    }

    /** Whether this is an address of the account, whatever its case. */
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

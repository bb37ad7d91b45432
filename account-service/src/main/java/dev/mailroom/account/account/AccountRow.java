package dev.mailroom.account.account;

import dev.mailroom.account.alias.AliasedAccount;
import dev.mailroom.account.organization.Viewer;
import dev.mailroom.account.verification.MailboxLogin;
import dev.mailroom.account.verification.Verification;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.InboxSeen;
import dev.mailroom.contracts.AccountState.Kind;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.contracts.AccountState.Sharing;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.Formula;
import org.jspecify.annotations.Nullable;

/** An account as it is stored. Written only while its row is locked, so that revisions and their events have one order. */
@Entity
@Table(name = "accounts")
@DynamicUpdate
class AccountRow {
    static final String STATE_CONNECTING = "connecting";
    private static final String STATE_PAUSED = "paused";

    @Id
    UUID id;

    @Column
    UUID organizationId;

    @Column
    UUID ownerId;

    @Column
    long revision;

    /** The last revision whose event said all that events say now; an older version of the service does not write it. */
    @Column
    @Nullable
    Long toldRevision;

    @Column
    String kind;

    @Column
    String displayName;

    @Column
    String email;

    @Column
    String username;

    /** See {@link MailboxNames#key}. */
    @Column
    String mailboxKey;

    @Column
    String imapHost;

    @Column
    int imapPort;

    @Column
    String imapEncryption;

    @Column
    String smtpHost;

    @Column
    int smtpPort;

    @Column
    String smtpEncryption;

    @Column
    String history;

    @Column
    String sharingMode;

    @Column
    @Nullable
    UUID sharingTeam;

    @Column
    UUID[] sharingUsers;

    @Column
    @Nullable
    String sharingDelivery;

    @Column
    String sidebar;

    @Column
    String push;

    /** As the log-in that connected the account saw INBOX; null if the server did not say, or an older version of the service asked. */
    @Column
    @Nullable
    Long inboxUidValidity;

    @Column
    @Nullable
    Long inboxUidNext;

    @Column
    boolean paused;

    @Column
    long credentialVersion;

    @Column
    String state;

    @Column
    @Nullable
    String stateCategory;

    @Column
    @Nullable
    String stateDetail;

    @Column
    Instant stateSince;

    /** Whether the owner heard of the trouble; null where there is none to hear of. Not read for a row that was made just now. */
    @Formula("owner_notice(id)")
    @Nullable
    String ownerNotice;

    @Column
    Instant createdAt;

    @Column
    Instant updatedAt;

    AccountRow() {}

    /** A new account with revision 1 and credential version 1. */
    static AccountRow of(UUID id, Viewer owner, AccountForm form, Verification verification, Instant now) {
        AccountRow row = new AccountRow();
        row.id = id;
        row.organizationId = owner.organization();
        row.ownerId = owner.user();
        row.revision = 1;
        row.toldRevision = row.revision;
        row.kind = wireName(form.kind());
        row.displayName = form.displayName();
        row.email = form.email();
        row.username = form.username();
        row.imapHost = form.imap().host();
        row.imapPort = form.imap().port();
        row.imapEncryption = wireName(form.imap().encryption());
        row.smtpHost = form.smtp().host();
        row.smtpPort = form.smtp().port();
        row.smtpEncryption = wireName(form.smtp().encryption());
        row.mailboxKey = MailboxNames.key(row.imapHost, row.username, row.email);
        row.history = form.history().wireName();
        row.share(form.sharing());
        row.sidebar = form.sidebar().wireName();
        row.push = verification.push().wireName();
        InboxSeen inbox = verification.inbox();
        row.inboxUidValidity = inbox == null ? null : inbox.uidValidity();
        row.inboxUidNext = inbox == null ? null : inbox.uidNext();
        row.credentialVersion = 1;
        row.begin(now);
        row.createdAt = now;
        row.updatedAt = now;
        return row;
    }

    /** Takes over everything but the credential. */
    void apply(AccountChange change) {
        if (change.displayName() != null) {
            displayName = change.displayName();
        }
        if (change.username() != null) {
            username = change.username();
            mailboxKey = MailboxNames.key(imapHost, username, email);
        }
        if (change.history() != null) {
            history = change.history().wireName();
        }
        if (change.sharing() != null) {
            share(change.sharing().after(sharing()));
        }
        if (change.sidebar() != null) {
            sidebar = change.sidebar().wireName();
        }
    }

    /** One more revision: to be followed by an event in the same transaction. */
    void revise(Instant now) {
        revision++;
        toldRevision = revision;
        updatedAt = now;
    }

    /** The session starts from the beginning; what was reported before says nothing about it. */
    void begin(Instant now) {
        state = STATE_CONNECTING;
        stateCategory = null;
        stateDetail = null;
        stateSince = now;
    }

    /** What a person is shown: the pause is known here at once, everything else comes from sync-service. */
    String shownState() {
        return paused ? STATE_PAUSED : state;
    }

    MailboxLogin login(String asUsername) {
        return new MailboxLogin(kind(), email, asUsername, imap(), smtp());
    }

    Kind kind() {
        return Kind.valueOf(kind.toUpperCase(Locale.ROOT));
    }

    Server imap() {
        return new Server(imapHost, imapPort, Encryption.valueOf(imapEncryption.toUpperCase(Locale.ROOT)));
    }

    Server smtp() {
        return new Server(smtpHost, smtpPort, Encryption.valueOf(smtpEncryption.toUpperCase(Locale.ROOT)));
    }

    Sharing sharing() {
        return new Sharing(sharingMode, sharingTeam, List.of(sharingUsers), sharingDelivery);
    }

    /** Whether it is its owner's alone, also where the caller manages the organization. */
    boolean isPersonal() {
        return sharing().mode().equals(Sharing.personal().mode());
    }

    AliasedAccount aliased() {
        return new AliasedAccount(id, organizationId, ownerId, displayName, isPersonal());
    }

    /** The state as an event says it. */
    AccountState toState(AccountState.Audience audience, List<AccountState.Alias> aliases) {
        return new AccountState(
                id,
                organizationId,
                revision,
                kind(),
                displayName,
                email,
                username,
                imap(),
                smtp(),
                history,
                paused,
                credentialVersion,
                addresses(aliases),
                sharing(),
                createdAt,
                ownerId,
                audience,
                aliases,
                inboxUidValidity == null || inboxUidNext == null
                        ? null
                        : new InboxSeen(inboxUidValidity, inboxUidNext));
    }

    private List<String> addresses(List<AccountState.Alias> aliases) {
        Stream<String> own = Stream.of(email.toLowerCase(Locale.ROOT));
        return Stream.concat(own, aliases.stream().map(AccountState.Alias::address))
                .distinct()
                .toList();
    }

    @Override
    public String toString() {
        return "AccountRow[" + id + ", revision " + revision + "]";
    }

    private void share(Sharing sharing) {
        sharingMode = sharing.mode();
        sharingTeam = sharing.team();
        sharingUsers = sharing.users().toArray(UUID[]::new);
        sharingDelivery = sharing.delivery();
    }

    private static String wireName(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}

package dev.mailroom.sync.account;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.SyncStatus;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account as this service knows it.
 *
 * @param shard partition of its events, and with it the owner
 * @param revision of the account event that it follows
 * @param imapEncryption {@code tls} or {@code starttls}
 * @param history import window, for example {@code 1y}
 * @param discoveredAt when its mailboxes were listed for the first time; null before
 * @param inboxSeen INBOX when the account was connected; null if that is not known
 */
public record Account(
        UUID id,
        UUID organization,
        int shard,
        long revision,
        boolean removed,
        boolean paused,
        String username,
        String imapHost,
        int imapPort,
        String imapEncryption,
        String history,
        long credentialVersion,
        SyncStatus.State state,
        @Nullable Instant discoveredAt,
        AccountState.@Nullable InboxSeen inboxSeen) {

    static final String COLUMNS = """
            id, organization_id, shard, revision, removed, paused, username, imap_host, imap_port, imap_encryption, history,
            credential_version, state, discovered_at, inbox_uid_validity, inbox_uid_next
            """;

    static Account of(Row row) {
        java.time.OffsetDateTime discovered = row.getOffsetDateTime("discovered_at");
        Long inboxUidNext = row.getLong("inbox_uid_next");
        return new Account(
                row.getUUID("id"),
                row.getUUID("organization_id"),
                row.getInteger("shard"),
                row.getLong("revision"),
                row.getBoolean("removed"),
                row.getBoolean("paused"),
                row.getString("username"),
                row.getString("imap_host"),
                row.getInteger("imap_port"),
                row.getString("imap_encryption"),
                row.getString("history"),
                row.getLong("credential_version"),
                SyncStatus.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                discovered == null ? null : discovered.toInstant(),
                inboxUidNext == null
                        ? null
                        : new AccountState.InboxSeen(row.getLong("inbox_uid_validity"), inboxUidNext));
    }

    /**
     * The first UID of INBOX that is new mail, if the log-in that connected the account saw it.
     *
     * @param uidNext of INBOX now; 0 if the server does not say
     * @return 0 if the mailbox has other numbers since then, or the server went back
     */
    public long firstNewInInbox(long uidValidity, long uidNext) {
        if (inboxSeen == null || inboxSeen.uidValidity() != uidValidity) {
            return 0;
        }
        return uidNext == 0 || inboxSeen.uidNext() <= uidNext ? inboxSeen.uidNext() : 0;
    }

    /** True if a session should run for it. */
    public boolean wanted() {
        return !removed && !paused;
    }

    /** True if a session of the other must be opened anew to serve this one. */
    public boolean connectsDifferently(Account other) {
        return credentialVersion != other.credentialVersion
                || imapPort != other.imapPort
                || !imapHost.equals(other.imapHost)
                || !imapEncryption.equals(other.imapEncryption)
                || !username.equals(other.username)
                || !history.equals(other.history);
    }
}

package dev.mailroom.sync.account;

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
        @Nullable Instant discoveredAt) {

    static final String COLUMNS = """
            id, organization_id, shard, revision, removed, paused, username, imap_host, imap_port, imap_encryption, history,
            credential_version, state, discovered_at
            """;

    static Account of(Row row) {
        java.time.OffsetDateTime discovered = row.getOffsetDateTime("discovered_at");
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
                discovered == null ? null : discovered.toInstant());
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

package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.Mailbox;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.SpecialUse;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox as it is stored.
 *
 * @param path decoded, for people
 * @param specialUse as {@link ListedUse} writes it; null if no version that remembers it has listed the mailbox
 * @param uidValidity 0 while the server has not said
 * @param uidNext the checkpoint: every UID below it that is live mail was stored or quarantined
 * @param highestModSeq 0 if the mailbox has none
 * @param messages how many the server had at the checkpoint
 * @param unseen how many of them without \Seen, as STATUS said; -1 if it never did
 * @param liveFrom the first UID that is live mail; 0 while that is not known
 * @param liveBesides smaller UIDs that are live mail all the same
 */
public record MailboxRow(
        UUID id,
        MailboxName name,
        List<String> path,
        boolean selectable,
        @Nullable MailboxRole role,
        @Nullable String roleSource,
        @Nullable String specialUse,
        long revision,
        long uidValidity,
        long uidNext,
        long highestModSeq,
        long messages,
        long unseen,
        long liveFrom,
        Set<Long> liveBesides,
        String importState,
        @Nullable Instant checkedAt,
        @Nullable Instant missingSince) {

    static final String COLUMNS = """
            id, raw_name, delimiter, path, selectable, role, role_source, special_use, revision, uid_validity, uid_next, highest_modseq,
            messages, unseen, live_from, live_besides, import_state, checked_at, missing_since
            """;

    /** {@link #purpose} is drafts, of a row {@code m}. */
    static final String HOLDS_DRAFTS = "coalesce(m.role, m.special_use, '') = 'drafts'";

    /** True if the server says that all mail of the account lies in it, whatever else it lies in. */
    public boolean isAllMail() {
        return ListedUse.of(this) == SpecialUse.ALL;
    }

    static MailboxRow of(Row row) {
        String delimiter = row.getString("delimiter");
        return new MailboxRow(
                row.getUUID("id"),
                MailboxName.ofRaw(
                        row.getBuffer("raw_name").getBytes(), delimiter.isEmpty() ? '\0' : delimiter.charAt(0)),
                List.of(row.getArrayOfStrings("path")),
                row.getBoolean("selectable"),
                roleOf(row.getString("role")),
                row.getString("role_source"),
                row.getString("special_use"),
                row.getLong("revision"),
                row.getLong("uid_validity"),
                row.getLong("uid_next"),
                row.getLong("highest_modseq"),
                row.getLong("messages"),
                row.getLong("unseen"),
                row.getLong("live_from"),
                Set.of(row.getArrayOfLongs("live_besides")),
                row.getString("import_state"),
                instant(row.getOffsetDateTime("checked_at")),
                instant(row.getOffsetDateTime("missing_since")));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    public static @Nullable MailboxRole roleOf(@Nullable String word) {
        return word == null ? null : MailboxRole.valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** As events name it. */
    public Mailbox mailbox() {
        return new Mailbox(id, path, role);
    }

    /**
     * What it is for, and so no label: its role, or drafts, where the server keeps its own there although a person said that others are for
     * drafts.
     */
    public @Nullable MailboxRole purpose() {
        return role == null && ListedUse.of(this) == SpecialUse.DRAFTS ? MailboxRole.DRAFTS : role;
    }

    /** True if messages in it are taken in: drafts are the user's unfinished business, and stay with the provider. */
    public boolean followed() {
        return selectable && missingSince == null && purpose() != MailboxRole.DRAFTS;
    }

    /** True if a message that is not stored is new; else the import decides about it. */
    boolean isLive(long uid) {
        return uid >= liveFrom || liveBesides.contains(uid);
    }

    public boolean isInbox() {
        return name.isInbox();
    }
}

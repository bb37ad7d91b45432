package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.Mailbox;
import dev.mailroom.mailclient.imap.ListedMailbox;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.MailboxStatus;
import dev.mailroom.mailclient.imap.Namespace;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Transaction;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import org.jspecify.annotations.Nullable;

/** Changes of rows of mailboxes, many with one statement, and what is told of them. */
final class FolderRows {
    /** Mailboxes of one statement. */
    static final int STATEMENT_MAX = 1_000;

    /** Between the levels of a path on its way to the database, which has no array of arrays; no level holds it. */
    private static final String LEVEL_END = "\u0001";

    private FolderRows() {}

    /**
     * Makes rows.
     *
     * @param personal where the user's own mailboxes lie
     * @param counters of the mailboxes, as far as the server gave them
     */
    static void create(
            Transaction tx,
            Link link,
            Namespace personal,
            List<ListedMailbox> created,
            Map<MailboxName, MailboxStatus> counters,
            boolean first,
            Instant now) {
        created.stream()
                .gather(Gatherers.windowFixed(STATEMENT_MAX))
                .forEach(piece -> insert(tx, link, personal, piece, counters, first, now));
    }

    private static void insert(
            Transaction tx,
            Link link,
            Namespace personal,
            List<ListedMailbox> created,
            Map<MailboxName, MailboxStatus> counters,
            boolean first,
            Instant now) {
        Map<MailboxName, UUID> ids = freeIds(tx, link, created, counters);
        Columns columns = new Columns(ids.size(), personal);
        created.forEach(
                mailbox -> columns.add(link, mailbox, ids.get(mailbox.name()), counters.get(mailbox.name()), first));
        Set<UUID> made = new HashSet<>(tx.list(
                row -> row.getUUID("id"),
                """
                insert into mailbox (id, account_id, organization_id, raw_name, delimiter, path, selectable, uid_validity, uid_next,
                                     live_from, import_state, messages, unseen, highest_modseq, checked_at, special_use)
                select n.id, $1, $2, n.raw_name, n.delimiter, string_to_array(n.path, $3), n.selectable, n.uid_validity, n.uid_next,
                       n.uid_next, case when $4 and n.selectable and (n.messages <> 0 or n.uid_next = 0) then 'unplanned' else 'done' end,
                       n.messages, n.unseen, n.modseq,
                       case when n.counted then $5::timestamptz end, n.special_use
                from unnest($6::uuid[], $7::bytea[], $8::text[], $9::text[], $10::boolean[], $11::bigint[], $12::bigint[],
                            $13::bigint[], $14::bigint[], $15::bigint[], $16::boolean[], $17::text[])
                    as n (id, raw_name, delimiter, path, selectable, uid_validity, uid_next, messages, unseen, modseq, counted,
                          special_use)
                on conflict (account_id, raw_name) do nothing
                returning id
                """,
                link.accountId(),
                link.organization(),
                LEVEL_END,
                first,
                now.atOffset(ZoneOffset.UTC),
                columns.id,
                columns.raw,
                columns.delimiter,
                columns.path,
                columns.selectable,
                columns.uidValidity,
                columns.uidNext,
                columns.messages,
                columns.unseen,
                columns.modSeq,
                columns.counted,
                columns.specialUse));
        ids.forEach((name, id) -> {
            if (made.contains(id)) {
                tx.tell(
                        EventIds.of("mailbox.created", id),
                        new MailEvent.MailboxCreated(
                                link.accountId(),
                                link.organization(),
                                new Mailbox(id, List.of(path(name, personal)), null)));
            }
        });
    }

    /** New rows, column by column, as the statement takes them. */
    private static final class Columns {
        final UUID[] id;
        final Buffer[] raw;
        final String[] delimiter;
        final String[] path;
        final Boolean[] selectable;
        final Long[] uidValidity;
        final Long[] uidNext;
        final Long[] messages;
        final Long[] unseen;
        final Long[] modSeq;
        final Boolean[] counted;
        final String[] specialUse;
        private final Namespace personal;
        private int rows;

        Columns(int size, Namespace personal) {
            this.personal = personal;
            id = new UUID[size];
            raw = new Buffer[size];
            delimiter = new String[size];
            path = new String[size];
            selectable = new Boolean[size];
            uidValidity = new Long[size];
            uidNext = new Long[size];
            messages = new Long[size];
            unseen = new Long[size];
            modSeq = new Long[size];
            counted = new Boolean[size];
            specialUse = new String[size];
        }

        void add(
                Link link, ListedMailbox mailbox, @Nullable UUID rowId, @Nullable MailboxStatus status, boolean first) {
            if (rowId == null) {
                throw new IllegalStateException("a new mailbox has no id");
            }
            int i = rows++;
            long next = status == null ? 0 : status.uidNext();
            // What came to INBOX since the account was connected is new mail, and is still to be looked for.
            long fresh = status == null || !mailbox.name().isInbox()
                    ? 0
                    : link.account().firstNewInInbox(status.uidValidity(), next);
            boolean came = first && fresh > 0 && fresh < next;
            // Checked up to UIDNEXT the first time: the import brings in what is below.
            MailboxStatus known = first && next > 0 && !came ? status : null;
            id[i] = rowId;
            raw[i] = Buffer.buffer(mailbox.name().bytes());
            delimiter[i] = FolderRows.delimiter(mailbox.name());
            path[i] = String.join(LEVEL_END, FolderRows.path(mailbox.name(), personal));
            selectable[i] = mailbox.selectable();
            uidValidity[i] = status == null ? 0 : status.uidValidity();
            // 0 if the server did not say: the first look draws the line.
            uidNext[i] = came ? fresh : first ? next : 1;
            messages[i] = came ? -1 : known == null ? 0 : known.messages();
            unseen[i] = known == null ? -1 : known.unseen();
            modSeq[i] = known == null ? 0 : known.highestModSeq();
            counted[i] = known != null;
            specialUse[i] = ListedUse.word(mailbox.specialUse());
        }
    }

    /** A mailbox that comes back under a name and UIDVALIDITY that were used before is another one. */
    private static Map<MailboxName, UUID> freeIds(
            Transaction tx, Link link, List<ListedMailbox> created, Map<MailboxName, MailboxStatus> counters) {
        Map<MailboxName, UUID> ids = new LinkedHashMap<>();
        long removed = tx.first("select mailboxes_removed from account where id = $1", link.accountId())
                .map(row -> row.getLong("mailboxes_removed"))
                .orElse(0L);
        Set<MailboxName> open =
                created.stream().map(ListedMailbox::name).collect(Collectors.toCollection(LinkedHashSet::new));
        for (long attempt = removed; !open.isEmpty(); attempt++) {
            Map<UUID, MailboxName> wanted = new LinkedHashMap<>();
            for (MailboxName name : open) {
                MailboxStatus status = counters.get(name);
                String raw = HexFormat.of().formatHex(name.bytes());
                long uidValidity = status == null ? 0 : status.uidValidity();
                wanted.put(EventIds.of("mailbox", link.accountId(), raw, uidValidity, attempt), name);
            }
            Set<UUID> used = new HashSet<>(
                    tx.list(row -> row.getUUID("id"), "select id from mailbox where id = any ($1)", (Object)
                            wanted.keySet().toArray(UUID[]::new)));
            wanted.forEach((id, name) -> {
                if (!used.contains(id)) {
                    ids.put(name, id);
                    open.remove(name);
                }
            });
        }
        return ids;
    }

    static void rename(Transaction tx, Link link, Namespace personal, MailboxRow row, ListedMailbox mailbox) {
        tx.execute(
                """
                update mailbox set raw_name = $2, delimiter = $3, path = $4, selectable = $5, missing_since = null,
                       revision = revision + 1
                where id = $1
                """,
                row.id(),
                Buffer.buffer(mailbox.name().bytes()),
                delimiter(mailbox.name()),
                path(mailbox.name(), personal),
                mailbox.selectable());
        tx.tell(
                EventIds.of("mailbox.renamed", row.id(), row.revision() + 1),
                new MailEvent.MailboxRenamed(
                        link.accountId(),
                        link.organization(),
                        new Mailbox(row.id(), List.of(path(mailbox.name(), personal)), row.role()),
                        row.path()));
    }

    /** No server has a mailbox whose name holds NUL. */
    static void giveUpNames(Transaction tx, Collection<MailboxRow> rows) {
        if (!rows.isEmpty()) {
            tx.execute(
                    "update mailbox set raw_name = '\\x00'::bytea || convert_to(id::text, 'UTF8') where id = any ($1)",
                    (Object) ids(rows));
        }
    }

    static void missing(Transaction tx, Collection<MailboxRow> rows, Instant now) {
        if (!rows.isEmpty()) {
            tx.execute(
                    "update mailbox set missing_since = $2 where id = any ($1)",
                    ids(rows),
                    now.atOffset(ZoneOffset.UTC));
        }
    }

    static void listedAgain(Transaction tx, Collection<MailboxRow> rows, boolean selectable) {
        if (!rows.isEmpty()) {
            tx.execute(
                    "update mailbox set missing_since = null, selectable = $2 where id = any ($1)",
                    ids(rows),
                    selectable);
        }
    }

    /** Their copies are settled like any that vanished; a row goes when none is left. */
    static void remove(Transaction tx, Link link, Collection<MailboxRow> rows, Instant now) {
        if (rows.isEmpty()) {
            return;
        }
        // They went when the mailbox did: nothing is waited for once more.
        tx.execute(
                "update copy set vanished_at = coalesce(m.missing_since, $2) from mailbox m"
                        + " where copy.mailbox_id = m.id and m.id = any ($1) and copy.vanished_at is null",
                ids(rows),
                now.atOffset(ZoneOffset.UTC));
        Set<UUID> gone = new HashSet<>(tx.list(row -> row.getUUID("id"), """
                delete from mailbox m where id = any ($1) and not exists (select 1 from copy where mailbox_id = m.id)
                returning id
                """, (Object) ids(rows)));
        tx.execute(
                "update account set mailboxes_removed = mailboxes_removed + $2 where id = $1", link.accountId(), (long)
                        gone.size());
        for (MailboxRow row : rows) {
            if (gone.contains(row.id())) {
                tx.tell(
                        EventIds.of("mailbox.deleted", row.id(), row.revision()),
                        new MailEvent.MailboxDeleted(link.accountId(), link.organization(), row.mailbox()));
            }
        }
    }

    static void vanish(Transaction tx, Collection<MailboxRow> rows, Instant now) {
        if (!rows.isEmpty()) {
            tx.execute(
                    "update copy set vanished_at = $2 where mailbox_id = any ($1) and vanished_at is null",
                    ids(rows),
                    now.atOffset(ZoneOffset.UTC));
        }
    }

    private static UUID[] ids(Collection<MailboxRow> rows) {
        return rows.stream().map(MailboxRow::id).toArray(UUID[]::new);
    }

    private static String delimiter(MailboxName name) {
        return name.delimiter() == '\0' ? "" : String.valueOf(name.delimiter());
    }

    /** For people: without the level that everything of the user's lies below; the database takes no NUL, and an empty level could not be seen. */
    static String[] path(MailboxName name, Namespace personal) {
        String prefix = personal.prefix();
        boolean below = !prefix.isEmpty()
                && name.raw().length() > prefix.length()
                && name.raw().startsWith(prefix);
        MailboxName shown = below ? new MailboxName(name.raw().substring(prefix.length()), name.delimiter()) : name;
        return shown.path().stream()
                .map(level -> level.replace("\0", "").replace(LEVEL_END, ""))
                .map(level -> level.isEmpty() ? "-" : level)
                .toArray(String[]::new);
    }
}

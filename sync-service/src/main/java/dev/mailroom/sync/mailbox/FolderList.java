package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.ListedMailbox;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.MailboxStatus;
import dev.mailroom.mailclient.imap.SpecialUse;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Transaction;
import dev.mailroom.sync.ownership.FencedWrites;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Keeps the rows of mailboxes in step with LIST and gives them roles. */
@Singleton
public class FolderList {
    private static final Logger LOG = Logger.getLogger(FolderList.class);

    private final Database database;
    private final FencedWrites writes;
    private final Mailboxes mailboxes;
    private final Fingerprints fingerprints;
    private final MailboxConfig config;
    private final Clock clock;

    @Inject
    public FolderList(
            Database database,
            FencedWrites writes,
            Mailboxes mailboxes,
            Fingerprints fingerprints,
            MailboxConfig config,
            Clock clock) {
        this.database = database;
        this.writes = writes;
        this.mailboxes = mailboxes;
        this.fingerprints = fingerprints;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Lists the account's mailboxes and writes what is different.
     *
     * <p>The first time all mail that is there is history: each mailbox remembers its UIDNEXT. A mailbox that appears later is new, and
     * so is the mail in it.
     *
     * @return counters of the mailboxes, as far as the server gave them along with the list
     */
    public Map<UUID, MailboxStatus> refresh(Link link) throws MailException {
        List<ListedMailbox> listed = link.imap().list();
        List<MailboxRow> stored = mailboxes.ofAccount(database, link.accountId());
        if (listed.isEmpty() || isCutOff(listed, stored)) {
            LOG.warnf("account=%s LIST is empty or has no INBOX any more: nothing is changed", link.accountId());
            return Map.of();
        }
        boolean first = link.account().discoveredAt() == null && stored.isEmpty();
        Map<MailboxName, MailboxStatus> counters = counters(link, listed, stored);
        FolderDifference difference =
                FolderDifference.between(stored, listed, counters, (row, mailbox) -> isSame(link, row, mailbox));
        writes.write(link.fence(), tx -> {
            write(tx, link, difference, counters, first);
            assignRoles(tx, link, listed);
            return null;
        });
        Map<UUID, MailboxStatus> byMailbox = new HashMap<>();
        for (MailboxRow row : mailboxes.ofAccount(database, link.accountId())) {
            MailboxStatus status = counters.get(row.name());
            if (status != null) {
                byMailbox.put(row.id(), status);
            }
        }
        return byMailbox;
    }

    /** INBOX cannot be deleted (RFC 9051 section 6.3.5): a list that lost it was cut off. */
    private static boolean isCutOff(List<ListedMailbox> listed, List<MailboxRow> stored) {
        return stored.stream().anyMatch(MailboxRow::isInbox)
                && listed.stream().noneMatch(mailbox -> mailbox.name().isInbox());
    }

    private boolean isSame(Link link, MailboxRow row, ListedMailbox mailbox) throws MailException {
        try {
            return link.imap().select(mailbox.name(), null).uidValidity() == row.uidValidity()
                    && fingerprints.isSame(link, row);
        } catch (MailException refused) {
            if (BrokenMailboxes.isOnly(link, mailbox.name().isInbox(), refused)) {
                return false;
            }
            throw refused;
        }
    }

    /** No server has a mailbox whose name holds NUL. */
    private static void giveUpName(Transaction tx, MailboxRow row) {
        tx.execute(
                "update mailbox set raw_name = '\\x00'::bytea || convert_to(id::text, 'UTF8') where id = $1", row.id());
    }

    /** What LIST gave, and STATUS for mailboxes that are not stored yet: their UIDNEXT says what is live mail. */
    private static Map<MailboxName, MailboxStatus> counters(
            Link link, List<ListedMailbox> listed, List<MailboxRow> stored) throws MailException {
        Set<MailboxName> known = stored.stream().map(MailboxRow::name).collect(java.util.stream.Collectors.toSet());
        Map<MailboxName, MailboxStatus> counters = new HashMap<>();
        for (ListedMailbox mailbox : listed) {
            MailboxStatus status = mailbox.status();
            if (status == null && mailbox.selectable() && !known.contains(mailbox.name())) {
                status = statusOf(link, mailbox.name());
            }
            if (status != null) {
                counters.put(mailbox.name(), status);
            }
        }
        return counters;
    }

    /** Counters, or null for a mailbox that is listed and cannot be used. */
    static @Nullable MailboxStatus statusOf(Link link, MailboxName name) throws MailException {
        try {
            return link.imap().status(name);
        } catch (MailException refused) {
            if (BrokenMailboxes.isOnly(link, name.isInbox(), refused)) {
                return null;
            }
            throw refused;
        }
    }

    private void write(
            Transaction tx,
            Link link,
            FolderDifference difference,
            Map<MailboxName, MailboxStatus> counters,
            boolean first) {
        Instant now = clock.instant();
        // First they all give up their names: two may have swapped them.
        difference.renamed().keySet().forEach(row -> giveUpName(tx, row));
        difference.missing().stream()
                .filter(row -> counters.containsKey(row.name()))
                .forEach(row -> giveUpName(tx, row));
        difference.renamed().forEach((row, mailbox) -> rename(tx, link, row, mailbox));
        difference.created().forEach(mailbox -> create(tx, link, mailbox, counters.get(mailbox.name()), first));
        difference.kept().forEach((row, mailbox) -> {
            if (row.missingSince() != null || row.selectable() != mailbox.selectable()) {
                tx.execute(
                        "update mailbox set missing_since = null, selectable = $2 where id = $1",
                        row.id(),
                        mailbox.selectable());
            }
            if (!mailbox.selectable()) {
                // Deleted, and listed all the same because others lie below it.
                vanish(tx, row, now);
            }
        });
        for (MailboxRow row : difference.missing()) {
            if (row.missingSince() == null) {
                tx.execute(
                        "update mailbox set missing_since = $2 where id = $1", row.id(), now.atOffset(ZoneOffset.UTC));
            } else if (row.missingSince().plus(config.missingGrace()).isBefore(now)) {
                remove(tx, link, row, now);
            }
        }
        if (first) {
            tx.execute(
                    "update account set discovered_at = $2 where id = $1",
                    link.accountId(),
                    now.atOffset(ZoneOffset.UTC));
        }
    }

    /** Adds the row of a mailbox, for FolderList and for a command that has just made one. */
    public UUID create(
            Transaction tx, Link link, ListedMailbox mailbox, @Nullable MailboxStatus status, boolean first) {
        long uidValidity = status == null ? 0 : status.uidValidity();
        long uidNext = status == null ? 0 : status.uidNext();
        UUID id = freeId(tx, link, mailbox.name(), uidValidity);
        char delimiter = mailbox.name().delimiter();
        // Checked up to UIDNEXT the first time: the import brings in what is below.
        MailboxStatus counted = first && uidNext > 0 ? status : null;
        // 0 if the server did not say: the first look draws the line.
        long checked = first ? uidNext : 1;
        int created = tx.execute(
                """
                insert into mailbox (id, account_id, organization_id, raw_name, delimiter, path, selectable, uid_validity, uid_next,
                                     live_from, import_state, messages, unseen, highest_modseq, checked_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12, $13, $14)
                on conflict (account_id, raw_name) do nothing
                """,
                id,
                link.accountId(),
                link.organization(),
                Buffer.buffer(mailbox.name().bytes()),
                delimiter == '\0' ? "" : String.valueOf(delimiter),
                path(mailbox.name()),
                mailbox.selectable(),
                uidValidity,
                checked,
                first && mailbox.selectable() ? "unplanned" : "done",
                counted == null ? 0L : counted.messages(),
                counted == null ? -1L : counted.unseen(),
                counted == null ? 0L : counted.highestModSeq(),
                counted == null ? null : clock.instant().atOffset(ZoneOffset.UTC));
        if (created > 0) {
            tx.tell(
                    EventIds.of("mailbox.created", id),
                    new MailEvent.MailboxCreated(
                            link.accountId(),
                            link.organization(),
                            new dev.mailroom.contracts.Mailbox(id, List.of(path(mailbox.name())), null)));
        }
        return id;
    }

    /** A mailbox that comes back under a name and UIDVALIDITY that were used before is another one. */
    private static UUID freeId(Transaction tx, Link link, MailboxName name, long uidValidity) {
        String raw = HexFormat.of().formatHex(name.bytes());
        long removed = tx.first("select mailboxes_removed from account where id = $1", link.accountId())
                .map(row -> row.getLong("mailboxes_removed"))
                .orElse(0L);
        for (long attempt = removed; ; attempt++) {
            UUID id = EventIds.of("mailbox", link.accountId(), raw, uidValidity, attempt);
            if (tx.first("select 1 from mailbox where id = $1", id).isEmpty()) {
                return id;
            }
        }
    }

    private static void rename(Transaction tx, Link link, MailboxRow row, ListedMailbox mailbox) {
        tx.execute(
                """
                update mailbox set raw_name = $2, delimiter = $3, path = $4, selectable = $5, missing_since = null,
                       revision = revision + 1
                where id = $1
                """,
                row.id(),
                Buffer.buffer(mailbox.name().bytes()),
                mailbox.name().delimiter() == '\0'
                        ? ""
                        : String.valueOf(mailbox.name().delimiter()),
                path(mailbox.name()),
                mailbox.selectable());
        tx.tell(
                EventIds.of("mailbox.renamed", row.id(), row.revision() + 1),
                new MailEvent.MailboxRenamed(
                        link.accountId(),
                        link.organization(),
                        new dev.mailroom.contracts.Mailbox(row.id(), List.of(path(mailbox.name())), row.role()),
                        row.path()));
    }

    /** Its copies are settled like any that vanished; the row goes when none is left. */
    private static void remove(Transaction tx, Link link, MailboxRow row, Instant now) {
        vanish(tx, row, now);
        int gone = tx.execute(
                "delete from mailbox where id = $1 and not exists (select 1 from copy where mailbox_id = $1)",
                row.id());
        if (gone > 0) {
            tx.execute("update account set mailboxes_removed = mailboxes_removed + 1 where id = $1", link.accountId());
            tx.tell(
                    EventIds.of("mailbox.deleted", row.id(), row.revision()),
                    new MailEvent.MailboxDeleted(link.accountId(), link.organization(), row.mailbox()));
        }
    }

    private static void vanish(Transaction tx, MailboxRow row, Instant now) {
        tx.execute(
                "update copy set vanished_at = $2 where mailbox_id = $1 and vanished_at is null",
                row.id(),
                now.atOffset(ZoneOffset.UTC));
    }

    private void assignRoles(Transaction tx, Link link, List<ListedMailbox> listed) {
        Map<MailboxName, SpecialUse> uses = new HashMap<>();
        listed.forEach(mailbox -> {
            SpecialUse use = mailbox.specialUse();
            if (use != null) {
                uses.put(mailbox.name(), use);
            }
        });
        List<MailboxRow> rows = mailboxes.ofAccount(tx, link.accountId());
        List<Roles.Candidate> candidates = new ArrayList<>();
        for (MailboxRow row : rows) {
            if (row.selectable() && row.missingSince() == null) {
                boolean chosen = Roles.USER.equals(row.roleSource());
                candidates.add(new Roles.Candidate(
                        row.id(),
                        row.path().getLast(),
                        row.path().getFirst().equalsIgnoreCase("INBOX")
                                ? row.path().size() - 2
                                : row.path().size() - 1,
                        row.isInbox(),
                        uses.get(row.name()),
                        row.messages(),
                        chosen ? row.role() : null,
                        chosen && row.role() == null));
            }
        }
        Map<UUID, Roles.Assigned> assigned = Roles.assign(candidates);
        for (MailboxRow row : rows) {
            Roles.Assigned now = assigned.get(row.id());
            MailboxRole role = now == null ? null : now.role();
            boolean byUser = Roles.USER.equals(row.roleSource());
            if (!byUser && !Objects.equals(role, row.role())) {
                tx.execute(
                        "update mailbox set role = $2, role_source = $3 where id = $1",
                        row.id(),
                        role == null ? null : role.name().toLowerCase(Locale.ROOT),
                        now == null ? null : now.source());
            }
        }
    }

    private static String[] path(MailboxName name) {
        return name.path().stream()
                .map(level -> level.replace("\0", ""))
                .map(level -> level.isEmpty() ? "-" : level)
                .toArray(String[]::new);
    }
}

package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.ListedMailbox;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.MailboxStatus;
import dev.mailroom.mailclient.imap.Namespace;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Transaction;
import dev.mailroom.sync.ownership.FencedWrites;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final RoleAssignment roles;
    private final ListedTruth truth;
    private final MailboxConfig config;
    private final Clock clock;

    @Inject
    FolderList(
            Database database,
            FencedWrites writes,
            Mailboxes mailboxes,
            Fingerprints fingerprints,
            RoleAssignment roles,
            ListedTruth truth,
            MailboxConfig config,
            Clock clock) {
        this.database = database;
        this.writes = writes;
        this.mailboxes = mailboxes;
        this.fingerprints = fingerprints;
        this.roles = roles;
        this.truth = truth;
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
        return list(link).counters();
    }

    /**
     * What {@link #refresh} found.
     *
     * @param rows of the account, as they are stored now
     * @param counters as far as the server gave them along with the list
     * @param changed whether mailboxes came, went or were renamed
     */
    public record Listing(List<MailboxRow> rows, Map<UUID, MailboxStatus> counters, boolean changed) {
        private static Listing of(List<MailboxRow> rows, Map<MailboxName, MailboxStatus> counters, boolean changed) {
            Map<UUID, MailboxStatus> byMailbox = new HashMap<>();
            for (MailboxRow row : rows) {
                MailboxStatus status = counters.get(row.name());
                if (status != null) {
                    byMailbox.put(row.id(), status);
                }
            }
            return new Listing(rows, byMailbox, changed);
        }
    }

    /** {@link #refresh}, and the rows: where nothing is different, one command and one query. */
    public Listing list(Link link) throws MailException {
        List<ListedMailbox> listed = link.imap().list();
        List<MailboxRow> stored = mailboxes.ofAccount(database, link.accountId());
        if (listed.isEmpty() || isCutOff(listed, stored)) {
            LOG.warnf("account=%s LIST is empty or has no INBOX any more: nothing is changed", link.accountId());
            return new Listing(stored, Map.of(), false);
        }
        boolean first = link.account().discoveredAt() == null && stored.isEmpty();
        Map<MailboxName, MailboxStatus> counters = counters(link, listed, stored);
        FolderDifference difference =
                FolderDifference.between(stored, listed, counters, (row, mailbox) -> isSame(link, row, mailbox));
        Instant now = clock.instant();
        truth.check(
                link,
                listed,
                difference.missing().stream()
                        .filter(row -> row.missingSince() == null || isGone(row, now))
                        .toList());
        Namespace personal = link.imap().personalNamespace();
        Map<MailboxRow, ListedMailbox> moved = shownElsewhere(difference, personal);
        Map<UUID, String> uses = ListedUse.news(difference.kept());
        uses.putAll(ListedUse.news(difference.renamed()));
        if (!first && moved.isEmpty() && uses.isEmpty() && isAsStored(difference) && !RoleAssignment.differs(stored)) {
            return Listing.of(stored, counters, false);
        }
        writes.write(link.fence(), tx -> {
            RoleAssignment.lock(tx, link.accountId());
            write(tx, link, personal, difference, counters, first);
            moved.forEach((row, mailbox) -> FolderRows.rename(tx, link, personal, row, mailbox));
            ListedUse.remember(tx, uses);
            roles.assign(tx, link.accountId());
            MissingRoles.recheck(tx, link.accountId(), clock.instant());
            return null;
        });
        return Listing.of(mailboxes.ofAccount(database, link.accountId()), counters, isNews(difference));
    }

    /** Those whose path says something else: the server did not say before where the user's own mailboxes lie. */
    private static Map<MailboxRow, ListedMailbox> shownElsewhere(FolderDifference difference, Namespace personal) {
        Map<MailboxRow, ListedMailbox> moved = new HashMap<>();
        difference.kept().forEach((row, mailbox) -> {
            if (row.selectable()
                    && mailbox.selectable()
                    && row.missingSince() == null
                    && !row.path().equals(List.of(FolderRows.path(mailbox.name(), personal)))) {
                moved.put(row, mailbox);
            }
        });
        return moved;
    }

    /** How long a mailbox that is not listed any more is waited for. */
    public Duration missingGrace() {
        return config.missingGrace();
    }

    private boolean isGone(MailboxRow row, Instant now) {
        Instant since = row.missingSince();
        return since != null && since.plus(config.missingGrace()).isBefore(now);
    }

    private static boolean isNews(FolderDifference difference) {
        return !difference.created().isEmpty()
                || !difference.renamed().isEmpty()
                || difference.missing().stream().anyMatch(row -> row.missingSince() == null);
    }

    private static boolean isAsStored(FolderDifference difference) {
        return difference.created().isEmpty()
                && difference.renamed().isEmpty()
                && difference.missing().isEmpty()
                && changed(difference.kept(), true).isEmpty()
                && changed(difference.kept(), false).isEmpty();
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

    /** What LIST gave, and STATUS for mailboxes that are not stored yet: their UIDNEXT says what is live mail. */
    private static Map<MailboxName, MailboxStatus> counters(
            Link link, List<ListedMailbox> listed, List<MailboxRow> stored) throws MailException {
        Set<MailboxName> known = stored.stream().map(MailboxRow::name).collect(java.util.stream.Collectors.toSet());
        Map<MailboxName, MailboxStatus> counters = new HashMap<>();
        List<MailboxName> unknown = new ArrayList<>();
        for (ListedMailbox mailbox : listed) {
            MailboxStatus status = mailbox.status();
            if (status != null) {
                counters.put(mailbox.name(), status);
            } else if (mailbox.selectable() && !known.contains(mailbox.name())) {
                unknown.add(mailbox.name());
            }
        }
        counters.putAll(statusesOf(link, unknown));
        return counters;
    }

    /** Counters, without those of mailboxes that are listed and cannot be used. */
    private static Map<MailboxName, MailboxStatus> statusesOf(Link link, List<MailboxName> names) throws MailException {
        Map<MailboxName, MailboxStatus> counters = new HashMap<>(link.imap().statuses(names));
        for (MailboxName name : names) {
            MailboxStatus late = counters.containsKey(name) ? null : statusOf(link, name);
            if (late != null) {
                counters.put(name, late);
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
            Namespace personal,
            FolderDifference difference,
            Map<MailboxName, MailboxStatus> counters,
            boolean first) {
        Instant now = clock.instant();
        // First they all give up their names: two may have swapped them.
        FolderRows.giveUpNames(tx, difference.renamed().keySet());
        FolderRows.giveUpNames(
                tx,
                difference.missing().stream()
                        .filter(row -> counters.containsKey(row.name()))
                        .toList());
        difference.renamed().forEach((row, mailbox) -> FolderRows.rename(tx, link, personal, row, mailbox));
        FolderRows.create(tx, link, personal, difference.created(), counters, first, now);
        FolderRows.listedAgain(tx, changed(difference.kept(), true), true);
        FolderRows.listedAgain(tx, changed(difference.kept(), false), false);
        // Deleted, and listed all the same because others lie below them.
        FolderRows.vanish(
                tx,
                difference.kept().entrySet().stream()
                        .filter(kept -> !kept.getValue().selectable())
                        .map(Map.Entry::getKey)
                        .toList(),
                now);
        List<MailboxRow> newlyMissing = new ArrayList<>();
        List<MailboxRow> gone = new ArrayList<>();
        for (MailboxRow row : difference.missing()) {
            if (row.missingSince() == null) {
                newlyMissing.add(row);
            } else if (isGone(row, now)) {
                gone.add(row);
            }
        }
        FolderRows.missing(tx, newlyMissing, now);
        FolderRows.remove(tx, link, gone, now);
        if (first) {
            tx.execute(
                    "update account set discovered_at = $2 where id = $1",
                    link.accountId(),
                    now.atOffset(ZoneOffset.UTC));
        }
    }

    private static List<MailboxRow> changed(Map<MailboxRow, ListedMailbox> kept, boolean selectable) {
        return kept.entrySet().stream()
                .filter(one -> one.getValue().selectable() == selectable)
                .map(Map.Entry::getKey)
                .filter(row -> row.missingSince() != null || row.selectable() != selectable)
                .toList();
    }
}

package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.ResyncPoint;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Sql;
import dev.mailroom.sync.message.Arrivals;
import dev.mailroom.sync.message.CopyChanges;
import dev.mailroom.sync.ownership.FencedWrites;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds what changed in one mailbox and writes what does not need a fetch: disappearances and flags.
 *
 * <p>The ladder: QRESYNC says it all in the answer to SELECT; with CONDSTORE changed flags are asked for and UIDs are compared only if the
 * counts do not add up; else UIDs are compared if something was added or removed, and flags where the caller asks for it.
 */
@Singleton
public class MailboxLook {
    /** UIDs below the checkpoint that are looked at again together with new ones, where the server does not say what changed. */
    private static final long LOOK_BACK_UIDS = 50;

    private final Database database;
    private final FencedWrites writes;
    private final Mailboxes mailboxes;
    private final CopyChanges changes;
    private final MailboxReset reset;
    private final LiveBoundary boundary;
    private final Disappearances disappearances;
    private final Fingerprints fingerprints;
    private final Clock clock;

    @Inject
    public MailboxLook(
            Database database,
            FencedWrites writes,
            Mailboxes mailboxes,
            CopyChanges changes,
            MailboxReset reset,
            LiveBoundary boundary,
            Disappearances disappearances,
            Fingerprints fingerprints,
            Clock clock) {
        this.database = database;
        this.writes = writes;
        this.mailboxes = mailboxes;
        this.changes = changes;
        this.reset = reset;
        this.boundary = boundary;
        this.disappearances = disappearances;
        this.fingerprints = fingerprints;
        this.clock = clock;
    }

    /** How closely to look at a mailbox whose server does not say what changed. */
    public enum Depth {
        /** What came and went, as far as the counts tell. */
        COUNTS,
        /** Every UID and every flag. */
        ALL
    }

    /**
     * What is to be fetched.
     *
     * @param row as it was before the look, with the UIDVALIDITY of now
     * @param arrived live messages that are not stored, by UID
     */
    public record Found(MailboxRow row, SelectedMailbox selected, List<MessageSummary> arrived) {}

    /**
     * Selects a mailbox and compares.
     *
     * @return empty if the server did not say enough to act on
     */
    public Optional<Found> look(Link link, MailboxRow stored, Depth depth, MailEvent.Source source)
            throws MailException {
        ResyncPoint since = link.imap().resyncEnabled() && stored.uidValidity() > 0 && stored.highestModSeq() > 0
                ? new ResyncPoint(stored.uidValidity(), stored.highestModSeq(), null)
                : null;
        SelectedMailbox said = link.imap().select(stored.name(), since);
        if (said.uidValidity() == 0) {
            return Optional.empty();
        }
        MailboxRow row = boundary.drawn(link, stored, said);
        SelectedMailbox selected = withUidNext(link, row, said);
        if (row.uidValidity() != 0 && (row.uidValidity() != selected.uidValidity() || wentBack(row, selected))) {
            return Optional.of(reset.relink(link, row, selected));
        }
        Optional<UidDifference> difference = difference(link, row, selected, depth);
        if (difference.isEmpty()) {
            return Optional.of(reset.relink(link, row, selected));
        }
        return Optional.of(write(link, row, selected, difference.get(), source));
    }

    /** Writes disappearances, if they are believed, and flags; and the checkpoint, if nothing is left to fetch. */
    Found write(Link link, MailboxRow row, SelectedMailbox selected, UidDifference difference, MailEvent.Source source)
            throws MailException {
        Optional<List<Long>> vanished = disappearances.verified(link, row, selected, difference.vanished());
        UidDifference believed = difference.withVanished(vanished.orElse(List.of()));
        SelectedMailbox checked = vanished.isPresent() ? selected : unchecked(row, selected);
        record(link, row, checked, believed, source);
        return new Found(row, checked, believed.arrived());
    }

    /** A server that gives numbers out again, as after a restore, may mean other messages by those that are stored. */
    private static boolean wentBack(MailboxRow row, SelectedMailbox selected) {
        return selected.uidNext() > 0 && row.checkedAt() != null && selected.uidNext() < row.uidNext();
    }

    /** Where SELECT does not say UIDNEXT, the UIDs from the last one on do. Else each look would have to compare all of them. */
    private static SelectedMailbox withUidNext(Link link, MailboxRow row, SelectedMailbox said) throws MailException {
        if (said.uidNext() > 0 || row.uidValidity() != said.uidValidity()) {
            return said;
        }
        List<MessageSummary> latest = summaries(link, UidSet.from(Math.max(1, row.uidNext())));
        return new SelectedMailbox(
                said.name(),
                said.uidValidity(),
                Math.max(row.uidNext(), LiveBoundary.after(0, latest)),
                said.exists(),
                said.highestModSeq(),
                said.permanentFlags(),
                said.readOnly(),
                said.resynced(),
                said.vanished(),
                said.changed());
    }

    /** With the marks of the look before, so that the next one asks for the same changes again. */
    private static SelectedMailbox unchecked(MailboxRow row, SelectedMailbox selected) {
        return new SelectedMailbox(
                selected.name(),
                selected.uidValidity(),
                selected.uidNext(),
                row.messages(),
                row.highestModSeq(),
                selected.permanentFlags(),
                selected.readOnly(),
                false,
                UidSet.EMPTY,
                List.of());
    }

    /** @return empty if UIDs mean other messages than before */
    private Optional<UidDifference> difference(Link link, MailboxRow row, SelectedMailbox selected, Depth depth)
            throws MailException {
        if (selected.resynced()) {
            UidDifference said = afterResync(link, row, selected);
            return namesAllThatIsMissing(row, selected, said) ? Optional.of(said) : afterModSeq(link, row, selected);
        }
        boolean modSeqs = row.highestModSeq() > 0 && selected.highestModSeq() >= row.highestModSeq();
        if (row.highestModSeq() > 0 && !modSeqs) {
            // It went back, or the mailbox has none any more: what changed meanwhile is in no list.
            return complete(link, row);
        }
        boolean counted = selected.uidNext() > 0 && row.checkedAt() != null;
        if (counted && selected.uidNext() == row.uidNext() && selected.exists() == row.messages()) {
            if (modSeqs && selected.highestModSeq() == row.highestModSeq()) {
                return Optional.of(UidDifference.NONE);
            }
            if (!modSeqs && depth == Depth.COUNTS) {
                return Optional.of(UidDifference.NONE);
            }
        }
        if (modSeqs) {
            return afterModSeq(link, row, selected);
        }
        if (depth == Depth.COUNTS && counted && selected.uidNext() > row.uidNext()) {
            long from = Math.max(1, row.uidNext() - LOOK_BACK_UIDS);
            List<MessageSummary> server = summaries(link, UidSet.from(from));
            long added = server.stream()
                    .filter(summary -> summary.uid() >= row.uidNext())
                    .count();
            if (row.messages() + added == selected.exists()) {
                Map<Long, UidDifference.Stored> stored = stored(database, row, from);
                return meansOthers(link, row, stored, server)
                        ? Optional.empty()
                        : Optional.of(UidDifference.partial(stored, server, row::isLive, quarantined(row)));
            }
        }
        return complete(link, row);
    }

    /** Compares every UID and every flag of the selected mailbox. */
    Optional<UidDifference> complete(Link link, MailboxRow row) throws MailException {
        Map<Long, UidDifference.Stored> stored = stored(database, row, 0);
        List<MessageSummary> server = summaries(link, UidSet.ALL);
        return meansOthers(link, row, stored, server)
                ? Optional.empty()
                : Optional.of(UidDifference.complete(stored, server, row::isLive, quarantined(row)));
    }

    /** Whether UIDs were given out a second time: another INTERNALDATE is a suspicion, another message is the proof. */
    private boolean meansOthers(
            Link link, MailboxRow row, Map<Long, UidDifference.Stored> stored, List<MessageSummary> server)
            throws MailException {
        List<Long> doubtful = server.stream()
                .filter(summary -> {
                    UidDifference.Stored before = stored.get(summary.uid());
                    return before != null && before.isAnother(summary);
                })
                .map(MessageSummary::uid)
                .limit(Fingerprints.SAMPLE_MAX)
                .toList();
        return !doubtful.isEmpty() && !fingerprints.mean(link, row, doubtful);
    }

    private UidDifference afterResync(Link link, MailboxRow row, SelectedMailbox selected) throws MailException {
        if (selected.changed().isEmpty() && selected.vanished().isEmpty() && selected.uidNext() == row.uidNext()) {
            return UidDifference.NONE;
        }
        Map<Long, UidDifference.Stored> stored = stored(database, row, 0);
        UidDifference said = UidDifference.partial(
                stored, whole(link, row, stored, selected.changed()), row::isLive, quarantined(row));
        List<Long> vanished = selected.vanished().among(stored.keySet()).stream()
                .filter(uid -> {
                    UidDifference.Stored copy = stored.get(uid);
                    return copy != null && !copy.vanished();
                })
                .sorted()
                .toList();
        return said.withVanished(vanished);
    }

    /**
     * Whether no more messages are missing than the server names: not every one names all of them (James). What it names is asked for
     * before it is believed.
     */
    private static boolean namesAllThatIsMissing(MailboxRow row, SelectedMailbox selected, UidDifference said) {
        long added = selected.changed().stream()
                .filter(summary -> summary.uid() >= row.uidNext())
                .count();
        return selected.exists() >= row.messages() + added - said.vanished().size();
    }

    private Optional<UidDifference> afterModSeq(Link link, MailboxRow row, SelectedMailbox selected)
            throws MailException {
        Optional<List<MessageSummary>> named = link.imap().changedSince(row.highestModSeq());
        if (named.isEmpty()) {
            return complete(link, row);
        }
        List<MessageSummary> changed = named.get();
        Map<Long, UidDifference.Stored> stored = stored(database, row, 0);
        UidDifference said =
                UidDifference.partial(stored, whole(link, row, stored, changed), row::isLive, quarantined(row));
        long added = changed.stream()
                .filter(summary -> summary.uid() >= row.uidNext())
                .count();
        if (row.messages() + added == selected.exists()) {
            return Optional.of(said);
        }
        return Optional.of(said.withVanished(
                UidDifference.missing(stored, new HashSet<>(link.imap().searchSince(null)))));
    }

    /** Changed messages come without date and size: those that are new are asked for with them. */
    private static Collection<MessageSummary> whole(
            Link link, MailboxRow row, Map<Long, UidDifference.Stored> stored, List<MessageSummary> changed)
            throws MailException {
        List<Long> fresh = new ArrayList<>();
        List<MessageSummary> all = new ArrayList<>();
        for (MessageSummary summary : changed) {
            if (stored.containsKey(summary.uid())) {
                all.add(summary);
            } else if (row.isLive(summary.uid())) {
                fresh.add(summary.uid());
            }
        }
        if (!fresh.isEmpty()) {
            all.addAll(summaries(link, UidSet.of(fresh)));
        }
        return all;
    }

    private static List<MessageSummary> summaries(Link link, UidSet uids) throws MailException {
        List<MessageSummary> summaries = new ArrayList<>();
        link.imap().fetchSummaries(uids, summaries::add);
        // n:* always answers with the last message, also if its UID is smaller (RFC 9051 section 6.4.9).
        return summaries.stream()
                .filter(summary -> uids.contains(summary.uid()))
                .toList();
    }

    private void record(
            Link link, MailboxRow row, SelectedMailbox selected, UidDifference difference, MailEvent.Source source) {
        boolean nothingToFetch = difference.arrived().isEmpty();
        boolean sameAsBefore = difference.isEmpty()
                && row.checkedAt() != null
                && row.uidValidity() == selected.uidValidity()
                && row.highestModSeq() == selected.highestModSeq()
                && row.messages() == selected.exists()
                && (selected.uidNext() == 0 || row.uidNext() == selected.uidNext());
        if (sameAsBefore) {
            return;
        }
        writes.write(link.fence(), tx -> {
            Arrivals.Place place = new Arrivals.Place(
                    mailboxes.scope(tx, link.accountId(), link.organization()), row.id(), selected.uidValidity());
            changes.vanish(tx, place, difference.vanished());
            changes.reappear(tx, place, difference.reappeared());
            changes.flags(
                    tx,
                    place,
                    difference.changed().stream()
                            .map(summary ->
                                    new CopyChanges.FlagChange(summary.uid(), summary.flags(), summary.modSeq()))
                            .toList(),
                    source);
            if (nothingToFetch) {
                mailboxes.checkpoint(
                        tx,
                        row.id(),
                        selected,
                        selected.uidNext() > 0 ? selected.uidNext() : row.uidNext(),
                        true,
                        clock.instant());
            }
            return null;
        });
    }

    static Map<Long, UidDifference.Stored> stored(Sql sql, MailboxRow row, long fromUid) {
        Map<Long, UidDifference.Stored> stored = new HashMap<>();
        for (Row copy : sql.query("""
                select uid, array_to_string(flags, ' ') as words, vanished_at is not null as gone,
                       floor(extract(epoch from internal_date))::bigint as arrived from copy
                where mailbox_id = $1 and uid_validity = $2 and uid >= $3
                """, row.id(), row.uidValidity(), fromUid)) {
            stored.put(
                    copy.getLong("uid"),
                    new UidDifference.Stored(
                            copy.getString("words"), copy.getBoolean("gone"), copy.getLong("arrived")));
        }
        return stored;
    }

    private Set<Long> quarantined(MailboxRow row) {
        return database
                .query(
                        "select uid from quarantine where mailbox_id = $1 and uid_validity = $2 and state = 'open'",
                        row.id(),
                        row.uidValidity())
                .stream()
                .map(found -> found.getLong("uid"))
                .collect(Collectors.toSet());
    }
}

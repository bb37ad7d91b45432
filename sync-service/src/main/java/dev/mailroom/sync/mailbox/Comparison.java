package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Sql;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
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
 * Compares the selected mailbox with what is stored of it, as cheaply as the server's answers allow.
 *
 * <p>The ladder: QRESYNC says it all in the answer to SELECT; with CONDSTORE changed flags are asked for; else flags are read where the
 * caller asks for it. UIDs are compared whenever the number of messages is not what it has to be, and whenever a message is stored from the
 * checkpoint on - a command of ours put it there - that the server does not name.
 */
@Singleton
class Comparison {
    /** UIDs below the checkpoint that are looked at again together with new ones, where the server does not say what changed. */
    private static final long LOOK_BACK_UIDS = 50;

    private final Database database;
    private final Fingerprints fingerprints;
    private final Summaries summaries;

    @Inject
    Comparison(Database database, Fingerprints fingerprints, Summaries summaries) {
        this.database = database;
        this.fingerprints = fingerprints;
        this.summaries = summaries;
    }

    /** @return empty if UIDs mean other messages than before */
    Optional<Compared> of(Link link, MailboxRow row, SelectedMailbox selected, MailboxLook.Depth depth)
            throws MailException {
        if (selected.resynced()) {
            Optional<Compared> said = afterResync(link, row, selected);
            return said.isPresent() ? said : afterModSeq(link, row, selected);
        }
        boolean modSeqs = row.highestModSeq() > 0 && selected.highestModSeq() >= row.highestModSeq();
        if (row.highestModSeq() > 0 && !modSeqs) {
            // It went back, or the mailbox has none any more: what changed meanwhile is in no list.
            return complete(link, row, selected);
        }
        boolean counted = selected.uidNext() > 0 && row.checkedAt() != null;
        // Where mod-sequences begin, flags have to be known once.
        boolean byCounts = !modSeqs && depth == MailboxLook.Depth.COUNTS && selected.highestModSeq() == 0;
        if (counted
                && selected.uidNext() == row.uidNext()
                && selected.exists() == row.messages()
                && (byCounts || (modSeqs && selected.highestModSeq() == row.highestModSeq()))) {
            return Optional.of(Compared.nothing(row));
        }
        if (modSeqs) {
            return afterModSeq(link, row, selected);
        }
        return byCounts && counted && selected.uidNext() > row.uidNext()
                ? lookBack(link, row, selected)
                : complete(link, row, selected);
    }

    /** Only new messages and a few before them, if nothing else can be missing. */
    private Optional<Compared> lookBack(Link link, MailboxRow row, SelectedMailbox selected) throws MailException {
        long from = Math.max(1, row.uidNext() - LOOK_BACK_UIDS);
        List<MessageSummary> server = summaries(link, row, UidSet.from(from));
        Map<Long, UidDifference.Stored> stored = stored(database, row, from);
        UidDifference said = UidDifference.partial(stored, server, row::isLive, quarantined(row));
        if (selected.exists() != Compared.expected(row, server, said) || !namesAll(stored, from, server)) {
            return complete(link, row, selected);
        }
        return meansOthers(link, row, stored, server)
                ? Optional.empty()
                : Optional.of(Compared.asExpected(row, selected, said));
    }

    /** Compares every UID and every flag of the selected mailbox. */
    Optional<Compared> complete(Link link, MailboxRow row, SelectedMailbox selected) throws MailException {
        Map<Long, UidDifference.Stored> stored = stored(database, row, 0);
        List<MessageSummary> server = summaries(link, row, UidSet.ALL);
        if (meansOthers(link, row, stored, server)) {
            return Optional.empty();
        }
        UidDifference difference = UidDifference.complete(stored, server, row::isLive, quarantined(row));
        return Optional.of(Compared.byUids(row, selected, difference, uids(server)));
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

    /**
     * What the server named by itself.
     *
     * @return empty if more is missing than that: not every server names all (James). What it names is asked for before it is believed
     */
    private Optional<Compared> afterResync(Link link, MailboxRow row, SelectedMailbox selected) throws MailException {
        if (selected.changed().isEmpty() && selected.vanished().isEmpty() && selected.uidNext() == row.uidNext()) {
            return row.messages() >= 0 && selected.exists() >= row.messages()
                    ? Optional.of(Compared.asExpected(row, selected, UidDifference.NONE))
                    : Optional.empty();
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
        Map<Long, UidDifference.Stored> left = new HashMap<>(stored);
        left.keySet().removeAll(vanished);
        long counted = vanished.stream().filter(uid -> uid < row.uidNext()).count();
        long expected = Compared.expected(row, selected.changed(), said);
        return expected >= 0
                        && selected.exists() >= expected - counted
                        && namesAll(left, row.uidNext(), selected.changed())
                ? Optional.of(Compared.asExpected(row, selected, said.withVanished(vanished)))
                : Optional.empty();
    }

    private Optional<Compared> afterModSeq(Link link, MailboxRow row, SelectedMailbox selected) throws MailException {
        Optional<List<MessageSummary>> named = link.imap().changedSince(row.highestModSeq());
        if (named.isEmpty()) {
            return complete(link, row, selected);
        }
        List<MessageSummary> changed = named.get();
        Map<Long, UidDifference.Stored> stored = stored(database, row, 0);
        UidDifference said =
                UidDifference.partial(stored, whole(link, row, stored, changed), row::isLive, quarantined(row));
        if (selected.exists() == Compared.expected(row, changed, said) && namesAll(stored, row.uidNext(), changed)) {
            return Optional.of(Compared.asExpected(row, selected, said));
        }
        Set<Long> there = new HashSet<>(link.imap().searchSince(null));
        UidDifference difference = said.withVanished(UidDifference.missing(stored, there));
        said.arrived().forEach(summary -> there.add(summary.uid()));
        return Optional.of(Compared.byUids(row, selected, difference, there));
    }

    /**
     * Whether the server named all that is stored from a UID on. What a command of ours put there has never been counted: if somebody took it
     * away before it was looked at, no number tells.
     */
    private static boolean namesAll(
            Map<Long, UidDifference.Stored> stored, long from, Collection<MessageSummary> named) {
        return UidDifference.missing(stored, uids(named)).stream().allMatch(uid -> uid < from);
    }

    private static Set<Long> uids(Collection<MessageSummary> summaries) {
        return summaries.stream().map(MessageSummary::uid).collect(Collectors.toSet());
    }

    /** Changed messages come without date and size: those that are new are asked for with them. */
    private Collection<MessageSummary> whole(
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
            all.addAll(summaries(link, row, UidSet.of(fresh)));
        }
        return all;
    }

    List<MessageSummary> summaries(Link link, MailboxRow row, UidSet uids) throws MailException {
        return summaries.of(link, new FetchFailures.Place(row.id(), row.uidValidity()), uids);
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
                        "select uid from quarantine where mailbox_id = $1 and uid_validity = $2 and state <> 'resolved'",
                        row.id(),
                        row.uidValidity())
                .stream()
                .map(found -> found.getLong("uid"))
                .collect(Collectors.toSet());
    }
}

package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.sync.message.Flags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * What changed in a mailbox, by comparing UIDs and flags.
 *
 * @param arrived live messages that are not stored, by UID
 * @param vanished stored UIDs that the server does not have
 * @param reappeared stored UIDs that were missing and are there again
 * @param changed stored messages with other flags than before
 */
record UidDifference(
        List<MessageSummary> arrived, List<Long> vanished, List<Long> reappeared, List<MessageSummary> changed) {

    static final UidDifference NONE = new UidDifference(List.of(), List.of(), List.of(), List.of());

    /**
     * A copy as it is stored.
     *
     * @param flags as rows keep them
     * @param vanished whether it is already missing
     * @param internalSecond its INTERNALDATE, in seconds since 1970
     */
    record Stored(String flags, boolean vanished, long internalSecond) {
        /** Whether a UID means another message than it did: the server went back in time and gave the number out again. */
        boolean isAnother(MessageSummary summary) {
            return summary.internalDate() != null && summary.internalDate().getEpochSecond() != internalSecond;
        }
    }

    boolean isEmpty() {
        return arrived.isEmpty() && vanished.isEmpty() && reappeared.isEmpty() && changed.isEmpty();
    }

    /**
     * The server said everything: what is stored and was not said is gone.
     *
     * @param live which UIDs that are not stored are new; the others are history, which the import takes in
     * @param quarantined UIDs that could not be taken in
     */
    static UidDifference complete(
            Map<Long, Stored> stored, Collection<MessageSummary> server, LongPredicate live, Set<Long> quarantined) {
        UidDifference said = partial(stored, server, live, quarantined);
        Set<Long> present = new HashSet<>();
        server.forEach(summary -> present.add(summary.uid()));
        return new UidDifference(said.arrived, missing(stored, present), said.reappeared, said.changed);
    }

    /** The server said something: nothing follows for what it did not say. */
    static UidDifference partial(
            Map<Long, Stored> stored, Collection<MessageSummary> server, LongPredicate live, Set<Long> quarantined) {
        List<MessageSummary> arrived = new ArrayList<>();
        List<MessageSummary> changed = new ArrayList<>();
        List<Long> reappeared = new ArrayList<>();
        Set<Long> said = new HashSet<>();
        for (MessageSummary summary : server) {
            long uid = summary.uid();
            if (uid <= 0 || !said.add(uid)) {
                continue;
            }
            Stored before = stored.get(uid);
            if (before == null) {
                if (live.test(uid) && !quarantined.contains(uid) && isMail(summary)) {
                    arrived.add(summary);
                }
                continue;
            }
            if (before.vanished()) {
                reappeared.add(uid);
            }
            if (!before.flags().equals(Flags.joined(summary.flags()))) {
                changed.add(summary);
            }
        }
        arrived.sort(java.util.Comparator.comparingLong(MessageSummary::uid));
        return new UidDifference(List.copyOf(arrived), List.of(), List.copyOf(reappeared), List.copyOf(changed));
    }

    static boolean isMail(MessageSummary summary) {
        return Flags.areOfMail(summary.flags());
    }

    /** Stored UIDs that are not present, ascending; those that are already missing are not named again. */
    static List<Long> missing(Map<Long, Stored> stored, Set<Long> present) {
        return stored.entrySet().stream()
                .filter(entry -> !entry.getValue().vanished() && !present.contains(entry.getKey()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    UidDifference withVanished(List<Long> uids) {
        return new UidDifference(arrived, uids, reappeared, changed);
    }
}

package dev.mailroom.sync.mailbox;

import java.util.List;
import java.util.Map;
import java.util.stream.Gatherers;

/**
 * Fetches of many messages at once, by what they ask for. One that failed without a hint at which message is to blame is remembered under a
 * UID that no message has: the next ones of its kind ask for half as many at a time.
 */
enum BulkFetch {
    /** Summaries of a whole mailbox. */
    ALL(-1, 2_000),
    /** Summaries from a message on. */
    FROM(-2, 2_000),
    /** Summaries of messages by their UIDs. */
    NAMED(-3, 2_000),
    HEADERS(-4, 500),
    CONTENTS(-5, 500);

    private static final int HALVES_MAX = 30;

    private final long mark;
    private final int most;

    BulkFetch(long mark, int most) {
        this.mark = mark;
        this.most = most;
    }

    /** The UID under which its failures are remembered. */
    long mark() {
        return mark;
    }

    /** Messages that are asked for at a time, at least 1. */
    int atATime(Map<Long, Integer> failures) {
        return Math.max(1, most >> Math.min(failures.getOrDefault(mark, 0), HALVES_MAX));
    }

    List<List<Long>> pieces(List<Long> uids, Map<Long, Integer> failures) {
        return uids.stream().gather(Gatherers.windowFixed(atATime(failures))).toList();
    }

    /** Whether one that passed says that its kind can be asked for as much as before. A smaller one would have passed before, too. */
    boolean isOver(int messages, Map<Long, Integer> failures) {
        return failures.containsKey(mark) && (this == ALL || this == FROM || messages > atATime(failures));
    }
}

package dev.mailroom.mailclient.imap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A set of UIDs kept as ranges, so that {@code 1:4294967295} costs as much as {@code 1}.
 *
 * @param ranges ascending, not overlapping, not touching; may be empty
 */
public record UidSet(List<Range> ranges) {
    /** Ranges in one set. */
    public static final int RANGES_MAX = 1_000_000;

    public static final long UID_MAX = 0xffff_ffffL;

    /** Every UID: {@code 1:*}. */
    public static final UidSet ALL = new UidSet(List.of(new Range(1, UID_MAX)));

    public static final UidSet EMPTY = new UidSet(List.of());

    /** Both ends belong to it. */
    public record Range(long first, long last) {
        public Range {
            if (first < 1 || last > UID_MAX || first > last) {
                throw new IllegalArgumentException("not a range of UIDs: " + first + ":" + last);
            }
        }

        public long size() {
            return last - first + 1;
        }
    }

    public UidSet {
        ranges = normalize(ranges);
    }

    public static UidSet of(Collection<Long> uids) {
        return new UidSet(uids.stream().map(uid -> new Range(uid, uid)).toList());
    }

    public static UidSet range(long first, long last) {
        return new UidSet(List.of(new Range(first, last)));
    }

    /** From a UID to the end. Servers answer with the last message even if its UID is smaller: filter. */
    public static UidSet from(long first) {
        return range(first, UID_MAX);
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** How many UIDs the ranges cover. */
    public long size() {
        return ranges.stream().mapToLong(Range::size).sum();
    }

    public boolean contains(long uid) {
        int low = 0;
        int high = ranges.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Range range = ranges.get(middle);
            if (uid < range.first()) {
                high = middle - 1;
            } else if (uid > range.last()) {
                low = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    /** Ascending and lazy; the caller bounds how many it takes. */
    public LongStream stream() {
        return ranges.stream().flatMapToLong(range -> LongStream.rangeClosed(range.first(), range.last()));
    }

    /** Those of the given UIDs that are in the set: never walks through the ranges. */
    public List<Long> among(Collection<Long> uids) {
        return uids.stream().filter(this::contains).toList();
    }

    /** As written in a command: {@code 1:4,9,12:*}. */
    public String wire() {
        return ranges.stream().map(UidSet::wire).collect(Collectors.joining(","));
    }

    /**
     * The set as written in commands, in pieces of at most so many characters, because servers limit the length of a command line.
     *
     * @param maxChars more than one range needs: at least 22
     */
    List<String> wirePieces(int maxChars) {
        List<String> pieces = new ArrayList<>();
        StringBuilder piece = new StringBuilder();
        for (Range range : ranges) {
            String text = wire(range);
            if (!piece.isEmpty() && piece.length() + 1 + text.length() > maxChars) {
                pieces.add(piece.toString());
                piece.setLength(0);
            }
            if (!piece.isEmpty()) {
                piece.append(',');
            }
            piece.append(text);
        }
        if (!piece.isEmpty()) {
            pieces.add(piece.toString());
        }
        return pieces;
    }

    public void forEach(LongConsumer consumer) {
        stream().forEach(consumer);
    }

    private static String wire(Range range) {
        if (range.first() == range.last()) {
            return Long.toString(range.first());
        }
        return range.first() + ":" + (range.last() == UID_MAX ? "*" : Long.toString(range.last()));
    }

    private static List<Range> normalize(List<Range> ranges) {
        List<Range> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparingLong(Range::first));
        List<Range> merged = new ArrayList<>();
        for (Range range : sorted) {
            Range last = merged.isEmpty() ? null : merged.getLast();
            if (last != null && range.first() <= last.last() + 1) {
                merged.set(merged.size() - 1, new Range(last.first(), Math.max(last.last(), range.last())));
            } else {
                merged.add(range);
            }
        }
        if (merged.size() > RANGES_MAX) {
            throw new IllegalArgumentException("more than " + RANGES_MAX + " ranges");
        }
        return List.copyOf(merged);
    }
}

package dev.mailroom.sync.history;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.sync.mailbox.FetchFailures;
import dev.mailroom.sync.mailbox.MailboxIntake;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.sync.message.Flags;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Messages of one mailbox that are still to be taken in, newest first. Eight bytes a message: a mailbox may have a million. */
final class ImportPlan {
    /** Messages of one batch, and with it of one transaction: short enough for live mail to wait for. */
    static final int BATCH_MAX_MESSAGES = 250;

    /** Bytes of one batch as the server says them; a single larger message is a batch of its own. */
    static final long BATCH_MAX_BYTES = 2L * 1024 * 1024;

    /** Messages whose sizes are asked for at a time. */
    static final int SUMMARIES_MAX = 2_000;

    private final MailboxRow row;
    private final long uidValidity;
    private final long modSeq;
    private final long total;
    private final long[] uids;
    private final Deque<MessageSummary> next = new ArrayDeque<>();
    private final List<MessageSummary> alone = new ArrayList<>();
    private int left;
    private int gone;

    /**
     * @param modSeq of the mailbox when it was selected; 0 if it has none
     * @param total messages of the window, with those that are stored
     * @param uids those that are not stored, ascending
     */
    ImportPlan(MailboxRow row, long uidValidity, long modSeq, long total, long[] uids) {
        this.row = row;
        this.uidValidity = uidValidity;
        this.modSeq = modSeq;
        this.total = total;
        this.uids = uids;
        this.left = uids.length;
    }

    /** Nothing, because the server numbers the mailbox otherwise than it is stored. */
    static ImportPlan outdated(MailboxRow row) {
        return new ImportPlan(row, row.uidValidity(), -1, 0, new long[0]);
    }

    /** True if the mailbox on the server is not the one that is stored. */
    boolean isOutdated() {
        return modSeq < 0;
    }

    MailboxRow row() {
        return row;
    }

    long uidValidity() {
        return uidValidity;
    }

    long modSeq() {
        return modSeq;
    }

    long total() {
        return total;
    }

    /** Messages that were not yet given out. */
    int left() {
        return left + next.size() + alone.size() + gone;
    }

    boolean isEmpty() {
        return left() == 0;
    }

    /**
     * What is to be taken in together.
     *
     * @param gone how many messages there is nothing to take in of, which were planned: they are no history after all
     */
    record Batch(List<MessageSummary> messages, int gone) {}

    /** Says what there is of some messages. */
    interface Sizes {
        List<MessageSummary> of(UidSet uids) throws MailException;
    }

    /**
     * Takes the next batch out of the plan; asks the server for sizes now and then. Messages that have to be fetched alone come when nothing
     * else is left, so that the mailbox does not wait for them.
     *
     * @param suspects how often the fetch of each failed
     */
    Batch next(Sizes sizes, Map<Long, Integer> suspects) throws MailException {
        if (next.isEmpty() && left > 0) {
            refill(sizes, suspects);
        }
        if (next.isEmpty() && left == 0 && !alone.isEmpty()) {
            // Servers go through them in order: of several the last one is likely to be innocent.
            Comparator<MessageSummary> order =
                    Comparator.comparingInt(summary -> suspects.getOrDefault(summary.uid(), 0));
            MessageSummary first = Collections.min(
                    alone,
                    order.thenComparing(
                            Comparator.comparingLong(MessageSummary::uid).reversed()));
            alone.remove(first);
            next.add(first);
        }
        List<MessageSummary> batch = new ArrayList<>();
        long bytes = 0;
        while (!next.isEmpty() && batch.size() < BATCH_MAX_MESSAGES) {
            long size = MailboxIntake.bytesOf(next.getFirst());
            if (!batch.isEmpty() && bytes + size > BATCH_MAX_BYTES) {
                break;
            }
            bytes += size;
            batch.add(next.removeFirst());
        }
        Batch taken = new Batch(batch, gone);
        gone = 0;
        return taken;
    }

    private void refill(Sizes sizes, Map<Long, Integer> suspects) throws MailException {
        int from = Math.max(0, left - SUMMARIES_MAX);
        List<Long> newest = Arrays.stream(uids, from, left).boxed().toList();
        List<MessageSummary> summaries = new ArrayList<>(newest.size());
        Set<Long> asked = new HashSet<>(newest);
        sizes.of(UidSet.of(newest)).forEach(summary -> {
            // What is no mail counts as gone.
            if (Flags.areOfMail(summary.flags()) && asked.remove(summary.uid())) {
                (FetchFailures.isAlone(suspects, summary.uid()) ? alone : summaries).add(summary);
            }
        });
        summaries.sort(Comparator.comparingLong(MessageSummary::uid).reversed());
        next.addAll(summaries);
        // What was found by SEARCH and is not there now is done with, too.
        gone += asked.size();
        left = from;
    }
}

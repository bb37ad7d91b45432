package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.imap.MessageSummary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Live mail in batches, each of which is one fetch and one transaction. */
final class LiveBatches {
    /** Messages of one batch, and with it of one transaction. */
    static final int BATCH_MAX_MESSAGES = 500;

    /** Bytes of one batch as the server says them; a single larger message is a batch of its own. */
    static final long BATCH_MAX_BYTES = 8L * 1024 * 1024;

    private LiveBatches() {}

    /**
     * Messages that have to be fetched alone come last, each in a batch of its own, so that the others do not wait for them; among them
     * those that failed less often go first.
     *
     * @param suspects how often each failed
     */
    static List<List<MessageSummary>> of(List<MessageSummary> summaries, Map<Long, Integer> suspects) {
        if (suspects.isEmpty()) {
            return of(summaries);
        }
        List<List<MessageSummary>> batches = new ArrayList<>(of(summaries.stream()
                .filter(summary -> !FetchFailures.isAlone(suspects, summary.uid()))
                .toList()));
        summaries.stream()
                .filter(summary -> FetchFailures.isAlone(suspects, summary.uid()))
                .sorted(Comparator.comparingInt(summary -> suspects.getOrDefault(summary.uid(), 0)))
                .forEach(summary -> batches.add(List.of(summary)));
        return batches;
    }

    /** The smallest UID of them, or more than any. */
    static long firstOf(List<List<MessageSummary>> batches) {
        return batches.stream().mapToLong(batch -> batch.getFirst().uid()).min().orElse(Long.MAX_VALUE);
    }

    /** Groups messages so that no batch is larger than the bounds, in the given order. */
    static List<List<MessageSummary>> of(List<MessageSummary> summaries) {
        List<List<MessageSummary>> batches = new ArrayList<>();
        List<MessageSummary> current = new ArrayList<>();
        long bytes = 0;
        for (MessageSummary summary : summaries) {
            long size = Math.max(0, Math.min(summary.size(), MailboxIntake.BODY_MAX_BYTES));
            if (!current.isEmpty() && (current.size() >= BATCH_MAX_MESSAGES || bytes + size > BATCH_MAX_BYTES)) {
                batches.add(current);
                current = new ArrayList<>();
                bytes = 0;
            }
            current.add(summary);
            bytes += size;
        }
        if (!current.isEmpty()) {
            batches.add(current);
        }
        return batches;
    }
}

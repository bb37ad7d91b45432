package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.message.KnownElsewhere;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jboss.logging.Logger;

/** Fetches batches of the selected mailbox, and finds out which message of a batch is to blame when a fetch fails. */
@Singleton
class MessageFetch {
    private static final Logger LOG = Logger.getLogger(MessageFetch.class);

    private final FetchFailures failures;
    private final KnownElsewhere elsewhere;

    @Inject
    MessageFetch(FetchFailures failures, KnownElsewhere elsewhere) {
        this.failures = failures;
        this.elsewhere = elsewhere;
    }

    /** Fetches what never failed together, what may have ended a connection alone, and gives up what did so too often. */
    List<RawMail> fetch(Link link, FetchFailures.Place place, List<MessageSummary> batch) throws MailException {
        Map<Long, Integer> suspects = failures.of(place);
        Map<Long, RawMail> read = RawMail.known(elsewhere, link, batch);
        List<MessageSummary> together = new ArrayList<>();
        List<MessageSummary> alone = new ArrayList<>();
        for (MessageSummary summary : batch) {
            if (read.containsKey(summary.uid())) {
                continue;
            }
            Integer failed = suspects.get(summary.uid());
            if (failed == null) {
                together.add(summary);
            } else if (failed < FetchFailures.TRIES_MAX) {
                alone.add(summary);
            } else {
                LOG.errorf(
                        "account=%s mailbox=%s uid=%d to quarantine: %d fetches failed",
                        link.accountId(), place.mailbox(), summary.uid(), failed);
                read.put(summary.uid(), RawMail.notFetched(summary, failures.verdict(place, summary.uid(), failed)));
            }
        }
        Map<Long, MessageSummary> byUid = new LinkedHashMap<>();
        together.forEach(summary -> byUid.put(summary.uid(), summary));
        for (List<Long> piece : BulkFetch.CONTENTS.pieces(List.copyOf(byUid.keySet()), suspects)) {
            fetchCounted(
                    link,
                    place,
                    piece.stream().map(byUid::get).filter(Objects::nonNull).toList(),
                    read);
        }
        failures.passed(place, BulkFetch.CONTENTS, together.size());
        // The one that is to blame ends the connection again: those that failed less often have a chance before it.
        alone.sort(Comparator.comparing((MessageSummary summary) -> suspects.getOrDefault(summary.uid(), 0)));
        for (MessageSummary suspect : alone) {
            fetchCounted(link, place, List.of(suspect), read);
        }
        // Told in the order of the mailbox, whatever the order in which they were fetched.
        return batch.stream()
                .map(summary -> read.get(summary.uid()))
                .filter(Objects::nonNull)
                .toList();
    }

    private void fetchCounted(Link link, FetchFailures.Place place, List<MessageSummary> batch, Map<Long, RawMail> read)
            throws MailException {
        try {
            fetch(link, sized(link, batch), read);
        } catch (MailException failure) {
            // It says nothing about the mailbox or the account: it is tried again until the message is given up.
            throw failures.blame(
                    place,
                    BulkFetch.CONTENTS,
                    batch.stream().map(MessageSummary::uid).toList(),
                    read.keySet(),
                    failure);
        }
    }

    /** Of a message that was suspected the flags alone are known: it is asked for its date and size before it is for its content. */
    private static List<MessageSummary> sized(Link link, List<MessageSummary> batch) throws MailException {
        if (batch.size() != 1 || batch.getFirst().size() >= 0) {
            return batch;
        }
        List<MessageSummary> sized = new ArrayList<>();
        long uid = batch.getFirst().uid();
        link.imap().fetchSummaries(UidSet.of(List.of(uid)), summary -> {
            if (summary.uid() == uid) {
                sized.add(summary);
            }
        });
        return sized.isEmpty() ? batch : sized;
    }

    private void fetch(Link link, List<MessageSummary> batch, Map<Long, RawMail> read) throws MailException {
        Map<Long, MessageSummary> asked = new LinkedHashMap<>();
        batch.forEach(summary -> asked.put(summary.uid(), summary));
        List<Long> small = batch.stream()
                .filter(summary -> summary.size() <= MailboxIntake.BODY_MAX_BYTES)
                .map(MessageSummary::uid)
                .toList();
        List<Long> large = batch.stream()
                .filter(summary -> summary.size() > MailboxIntake.BODY_MAX_BYTES)
                .map(MessageSummary::uid)
                .toList();
        List<Long> unanswered = new ArrayList<>();
        if (!small.isEmpty()) {
            unanswered.addAll(link.imap().fetchMessages(small, message -> {
                MessageSummary summary = asked.get(message.uid());
                if (summary != null) {
                    read.put(message.uid(), RawMail.fetched(summary, message.content(), false));
                }
            }));
        }
        if (!large.isEmpty()) {
            unanswered.addAll(link.imap().fetchHeaders(large, message -> {
                MessageSummary summary = asked.get(message.uid());
                if (summary != null) {
                    read.put(message.uid(), RawMail.fetched(summary, message.content(), true));
                }
            }));
        }
        List<Long> missing =
                asked.keySet().stream().filter(uid -> !read.containsKey(uid)).toList();
        if (!missing.isEmpty()) {
            stillThere(link, missing)
                    .forEach(uid -> read.put(
                            uid, RawMail.broken(asked.getOrDefault(uid, batch.getFirst()), null, "not_answered")));
            LOG.infof("account=%s asked=%d answered=%d", link.accountId(), asked.size(), asked.size() - missing.size());
        }
    }

    /** A message that was not answered may have been removed meanwhile: then it is not a problem. */
    private static Set<Long> stillThere(Link link, List<Long> uids) throws MailException {
        Set<Long> there = new HashSet<>();
        link.imap().fetchFlags(UidSet.of(uids), summary -> there.add(summary.uid()));
        there.retainAll(uids);
        return there;
    }
}

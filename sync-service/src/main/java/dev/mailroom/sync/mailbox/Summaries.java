package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.sync.connection.Link;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the date and size of messages, and goes around those that make the server end the connection when it has to open them: of
 * these only the flags are known. Where no fetch has failed, that is one command.
 */
@Singleton
public class Summaries {
    /** UIDs of one question that are known one by one. */
    private static final int NAMED_MAX = 10_000;

    private final FetchFailures failures;

    @Inject
    public Summaries(FetchFailures failures) {
        this.failures = failures;
    }

    /**
     * Of the messages that exist among these UIDs of the selected mailbox.
     *
     * @return those that may end the connection without date, and with size -1
     * @throws MailException a {@link BlamedFetch} if messages are to blame: to ask again, over another connection, goes around them
     */
    public List<MessageSummary> of(Link link, FetchFailures.Place place, UidSet uids) throws MailException {
        BulkFetch kind =
                uids.equals(UidSet.ALL) ? BulkFetch.ALL : uids.size() > NAMED_MAX ? BulkFetch.FROM : BulkFetch.NAMED;
        Map<Long, Integer> suspects = failures.of(place);
        boolean known =
                suspects.containsKey(kind.mark()) || suspects.keySet().stream().anyMatch(uid -> uid > 0);
        return known ? around(link, place, kind, uids, suspects) : together(link, place, kind, uids);
    }

    private List<MessageSummary> together(Link link, FetchFailures.Place place, BulkFetch kind, UidSet uids)
            throws MailException {
        List<MessageSummary> there = new ArrayList<>();
        try {
            link.imap().fetchSummaries(uids, there::add);
        } catch (MailException failure) {
            Set<Long> answered = new HashSet<>();
            there.forEach(summary -> answered.add(summary.uid()));
            @Nullable
            List<Long> asked = kind == BulkFetch.NAMED ? uids.stream().boxed().toList() : null;
            throw failures.blame(place, kind, asked, answered, failure);
        }
        // n:* always answers with the last message, also if its UID is smaller (RFC 9051 section 6.4.9).
        return there.stream().filter(summary -> uids.contains(summary.uid())).toList();
    }

    private List<MessageSummary> around(
            Link link, FetchFailures.Place place, BulkFetch kind, UidSet uids, Map<Long, Integer> suspects)
            throws MailException {
        Map<Long, MessageSummary> there = new TreeMap<>();
        List<Long> others = new ArrayList<>();
        link.imap().fetchFlags(uids, flags -> {
            if (suspects.containsKey(flags.uid())) {
                there.put(flags.uid(), flags);
            } else {
                others.add(flags.uid());
            }
        });
        others.sort(null);
        for (List<Long> piece : kind.pieces(others, suspects)) {
            Map<Long, MessageSummary> answered = new HashMap<>();
            try {
                link.imap().fetchSummaries(UidSet.of(piece), summary -> answered.put(summary.uid(), summary));
            } catch (MailException failure) {
                throw failures.blame(place, kind, piece, answered.keySet(), failure);
            }
            answered.keySet().retainAll(piece);
            there.putAll(answered);
        }
        failures.passed(place, kind, others.size());
        return List.copyOf(there.values());
    }
}

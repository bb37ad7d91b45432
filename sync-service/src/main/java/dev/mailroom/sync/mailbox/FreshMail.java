package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MailboxStatus;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.mailbox.MailboxIntake.IfKnown;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The short way for mail that the server has just announced: one question to the database, one fetch that brings small messages whole,
 * one transaction. Whatever is not as it mostly is goes the long way: many messages, large ones, ones that ended a connection before.
 */
@Singleton
public class FreshMail {
    /** Messages of one fetch of which the content comes along. */
    static final int MESSAGES_MAX = 8;

    /** A message up to this size comes along: nine of ten are smaller. */
    static final int CONTENT_MAX_BYTES = 64 * 1024;

    private static final String KNOWN = "select " + MailboxRow.COLUMNS + """
            , array(select c.uid from copy c where c.mailbox_id = mailbox.id and c.uid_validity = mailbox.uid_validity
                    and c.uid >= mailbox.uid_next) as stored,
              array(select c.uid from copy c where c.mailbox_id = mailbox.id and c.uid_validity = mailbox.uid_validity
                    and c.uid >= mailbox.uid_next and c.vanished_at is null) as present,
              array(select q.uid from quarantine q where q.mailbox_id = mailbox.id and q.uid_validity = mailbox.uid_validity
                    and q.uid >= mailbox.uid_next and q.state <> 'resolved') as quarantined
            from mailbox where id = $1
            """;

    private final Database database;
    private final MailboxIntake intake;
    private final FetchFailures failures;
    private final Summaries summaries;
    private final BytesInFlight bytes;

    @Inject
    public FreshMail(
            Database database, MailboxIntake intake, FetchFailures failures, Summaries summaries, BytesInFlight bytes) {
        this.database = database;
        this.intake = intake;
        this.failures = failures;
        this.summaries = summaries;
        this.bytes = bytes;
    }

    /**
     * A mailbox with what is already known of UIDs from its checkpoint on.
     *
     * @param present those that are believed to be there: a command of ours put them there
     */
    private record Known(MailboxRow row, Set<Long> uids, Set<Long> present) {
        private static Known of(Row found) {
            Set<Long> uids = new HashSet<>(Set.of(found.getArrayOfLongs("stored")));
            uids.addAll(Set.of(found.getArrayOfLongs("quarantined")));
            return new Known(MailboxRow.of(found), uids, Set.of(found.getArrayOfLongs("present")));
        }

        private boolean isNew(MessageSummary summary) {
            return row.isLive(summary.uid()) && !uids.contains(summary.uid()) && UidDifference.isMail(summary);
        }
    }

    /**
     * Takes in what came to the mailbox that is selected.
     *
     * @param exists messages of the mailbox, as the server said last
     * @return the number of new messages; 0 also if there is more to it than was taken in, and the mailbox has to be looked at
     * @throws KnownMessageException if a message is believed to lie in another mailbox, which it may have left
     */
    int take(Link link, UUID mailbox, SelectedMailbox selected, long exists) throws MailException {
        return take(link, mailbox, selected, exists, IfKnown.TAKE_IF_FOUND_NOWHERE_ELSE);
    }

    /**
     * Takes in what came to a mailbox that is not selected, if that is all that happened: selects it.
     *
     * @param status what the server said of it
     * @return false if there is more to it, and it has to be looked at closely; nothing is stored then
     */
    public boolean takeElsewhere(Link link, MailboxRow row, MailboxStatus status) throws MailException {
        long grown = status.messages() - row.messages();
        boolean onlyGrown = row.checkedAt() != null
                && row.uidValidity() > 0
                && (status.uidValidity() == 0 || status.uidValidity() == row.uidValidity())
                && status.uidNext() - row.uidNext() == grown;
        if (!onlyGrown || grown < 1 || grown > MESSAGES_MAX) {
            return false;
        }
        SelectedMailbox selected = link.imap().select(row.name(), null);
        if (selected.uidValidity() != row.uidValidity() || selected.exists() != status.messages()) {
            return false;
        }
        try {
            return take(link, row.id(), selected, selected.exists(), IfKnown.REFUSE) == grown;
        } catch (KnownMessageException movedPerhaps) {
            return false;
        }
    }

    private int take(Link link, UUID mailbox, SelectedMailbox selected, long exists, IfKnown known)
            throws MailException {
        Optional<Known> found = database.first(KNOWN, mailbox).map(Known::of);
        if (found.isEmpty()
                || found.get().row().uidValidity() != selected.uidValidity()
                || found.get().row().messages() < 0) {
            return 0;
        }
        MailboxRow row = found.get().row();
        long from = Math.max(1, row.uidNext());
        Predicate<MessageSummary> isNew = found.get()::isNew;
        long grown = exists - row.messages();
        FetchFailures.Place place = new FetchFailures.Place(mailbox, selected.uidValidity());
        // n:* answers with the last message also if it is an older one.
        boolean suspects = failures.suspectsFrom(place, from - 1);
        Set<Long> answered = new HashSet<>();
        Set<MessageSummary> arrived = new TreeSet<>(Comparator.comparingLong(MessageSummary::uid));
        if (grown >= 1 && grown <= MESSAGES_MAX && !suspects) {
            try (BytesInFlight.Taken _ = bytes.take(true, grown * CONTENT_MAX_BYTES)) {
                Map<Long, byte[]> contents = new HashMap<>();
                fetchArrivals(link, from, (summary, content) -> {
                    answered.add(summary.uid());
                    if (isNew.test(summary) && arrived.add(summary) && content != null && contents.size() < grown) {
                        contents.put(summary.uid(), content);
                    }
                });
                if (contents.size() == arrived.size()
                        && answered.size() >= grown
                        && answered.containsAll(found.get().present())) {
                    return intake.takeFetched(link, grownBy(row, selected, answered, arrived), contents, known);
                }
            }
        }
        if (known == IfKnown.REFUSE) {
            return 0;
        }
        if (answered.isEmpty() || answered.size() < grown) {
            for (MessageSummary summary : summaries.of(link, place, UidSet.from(from))) {
                answered.add(summary.uid());
                if (isNew.test(summary)) {
                    arrived.add(summary);
                }
            }
        }
        if (!answered.containsAll(found.get().present())) {
            // Somebody took away what we put there: the look writes that first.
            return 0;
        }
        // What was announced and is not answered makes the count differ: the next look finds it.
        intake.takeLive(link, grownBy(row, selected, answered, arrived), known, MailEvent.Source.LIVE);
        return answered.size() < grown ? 0 : arrived.size();
    }

    private static void fetchArrivals(Link link, long from, BiConsumer<MessageSummary, byte @Nullable []> consumer)
            throws MailException {
        try {
            link.imap().fetchArrivals(from, CONTENT_MAX_BYTES, consumer);
        } catch (MailException failure) {
            // Which message ended the connection is not known here. The next look fetches them the long way, and
            // counts.
            throw link.imap().isOpen() || failure.category() == Category.THROTTLED ? failure : BlamedFetch.of(failure);
        }
    }

    /**
     * What is known if all of it is stored. It is counted in what was answered: more may have come since it was announced, and something gone.
     */
    private static MailboxLook.Found grownBy(
            MailboxRow row, SelectedMailbox selected, Set<Long> answered, Set<MessageSummary> arrived) {
        List<MessageSummary> taken = List.copyOf(arrived);
        long uidNext = taken.isEmpty() ? row.uidNext() : taken.getLast().uid() + 1;
        long added = answered.stream()
                .filter(uid -> uid >= row.uidNext() && uid < uidNext)
                .count();
        // The mod-sequence does not move: flags that changed meanwhile are still to be asked for.
        return new MailboxLook.Found(
                row, Compared.marks(selected, uidNext, row.messages() + added, row.highestModSeq()), taken);
    }
}

package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.mailclient.imap.UidSet;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * What a comparison of a mailbox with the server found, and the marks that may be kept of it.
 *
 * <p>The rule that makes counting enough to notice that something went: the number that is kept is never smaller than the number of messages
 * below {@code uidNext} that are believed to be there. UIDs only grow, so that nothing comes below {@code uidNext}, and each message that goes
 * makes the server's number the smaller one. So the number is counted in the very list that was compared, or added up, and is never taken
 * from an answer of another moment. One that is too large costs one more comparison.
 *
 * @param uidNext up to which UIDs are accounted for
 * @param messages how many messages below it are believed to be there
 */
record Compared(UidDifference difference, long uidNext, long messages) {
    /** Nobody knows how many messages are there: the next look compares UIDs. */
    static final long UNKNOWN = -1;

    /** The same, while arrivals are being taken in. */
    static final long UNFINISHED = -2;

    static Compared nothing(MailboxRow row) {
        return new Compared(UidDifference.NONE, row.uidNext(), row.messages());
    }

    /** The server's number was as expected. */
    static Compared asExpected(MailboxRow row, SelectedMailbox selected, UidDifference difference) {
        return new Compared(difference, uidNext(row, selected, difference), selected.exists());
    }

    /**
     * UIDs were compared.
     *
     * @param present those that the server has
     */
    static Compared byUids(MailboxRow row, SelectedMailbox selected, UidDifference difference, Set<Long> present) {
        long uidNext = uidNext(row, selected, difference);
        long counted = 0;
        long added = 0;
        for (long uid : present) {
            counted += uid < uidNext ? 1 : 0;
            added += uid < uidNext && uid >= row.uidNext() ? 1 : 0;
        }
        // A server that counts what it does not name does so for ever: a second time it is believed.
        boolean again = row.messages() >= 0 && counted == row.messages() + added;
        return new Compared(difference, uidNext, again ? Math.max(counted, selected.exists()) : counted);
    }

    private static long uidNext(MailboxRow row, SelectedMailbox selected, UidDifference difference) {
        long said = selected.uidNext() > 0 ? selected.uidNext() : row.uidNext();
        // What comes between SELECT and FETCH is stored too.
        return difference.arrived().isEmpty()
                ? said
                : Math.max(said, difference.arrived().getLast().uid() + 1);
    }

    /**
     * How many messages the server has to have if nothing is gone that it did not name.
     *
     * @param named what it named of UIDs from the checkpoint on, and perhaps others
     * @return less than 0 if that is not known
     */
    static long expected(MailboxRow row, Collection<MessageSummary> named, UidDifference said) {
        if (row.messages() < 0) {
            return UNKNOWN;
        }
        // What is found again below the checkpoint may not have been counted.
        long found = said.arrived().stream()
                        .filter(summary -> summary.uid() < row.uidNext())
                        .count()
                + said.reappeared().stream().filter(uid -> uid < row.uidNext()).count();
        long added = named.stream()
                .mapToLong(MessageSummary::uid)
                .filter(uid -> uid >= row.uidNext())
                .distinct()
                .count();
        return row.messages() + added + found;
    }

    /**
     * What the checkpoint is to remember.
     *
     * @param denied how many messages seemed to be gone and are there all the same
     */
    SelectedMailbox marks(SelectedMailbox selected, long denied) {
        return marks(selected, uidNext, messages + denied, selected.highestModSeq());
    }

    /** What seemed to be gone is neither believed nor denied: the next look asks for the same changes again, and compares. */
    SelectedMailbox doubted(SelectedMailbox selected, MailboxRow row) {
        return marks(selected, uidNext, UNKNOWN, row.highestModSeq());
    }

    static SelectedMailbox marks(SelectedMailbox selected, long uidNext, long messages, long modSeq) {
        return new SelectedMailbox(
                selected.name(),
                selected.uidValidity(),
                uidNext,
                messages,
                modSeq,
                selected.permanentFlags(),
                selected.readOnly(),
                false,
                UidSet.EMPTY,
                List.of());
    }
}

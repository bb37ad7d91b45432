package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.ResyncPoint;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.message.Arrivals;
import dev.mailroom.sync.message.CopyChanges;
import dev.mailroom.sync.ownership.FencedWrites;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Finds what changed in one mailbox, as cheaply as {@link Comparison} can, and writes what does not need a fetch: disappearances and flags.
 */
@Singleton
public class MailboxLook {
    private final FencedWrites writes;
    private final Mailboxes mailboxes;
    private final CopyChanges changes;
    private final MailboxReset reset;
    private final LiveBoundary boundary;
    private final Disappearances disappearances;
    private final Comparison comparison;
    private final Clock clock;

    @Inject
    public MailboxLook(
            FencedWrites writes,
            Mailboxes mailboxes,
            CopyChanges changes,
            MailboxReset reset,
            LiveBoundary boundary,
            Disappearances disappearances,
            Comparison comparison,
            Clock clock) {
        this.writes = writes;
        this.mailboxes = mailboxes;
        this.changes = changes;
        this.reset = reset;
        this.boundary = boundary;
        this.disappearances = disappearances;
        this.comparison = comparison;
        this.clock = clock;
    }

    /** How closely to look at a mailbox whose server does not say what changed. */
    public enum Depth {
        /** What came and went, as far as the counts tell. */
        COUNTS,
        /** Every UID and every flag. */
        ALL
    }

    /**
     * What is to be fetched.
     *
     * @param row as it was before the look, with the UIDVALIDITY of now
     * @param selected with the marks that are to be kept when all of it is stored
     * @param arrived live messages that are not stored, by UID
     */
    public record Found(MailboxRow row, SelectedMailbox selected, List<MessageSummary> arrived) {}

    /**
     * Selects a mailbox and compares.
     *
     * @return empty if the server did not say enough to act on
     */
    public Optional<Found> look(Link link, MailboxRow stored, Depth depth, MailEvent.Source source)
            throws MailException {
        ResyncPoint since = link.imap().resyncEnabled() && stored.uidValidity() > 0 && stored.highestModSeq() > 0
                ? new ResyncPoint(stored.uidValidity(), stored.highestModSeq(), null)
                : null;
        SelectedMailbox said = link.imap().select(stored.name(), since);
        if (said.uidValidity() == 0) {
            return Optional.empty();
        }
        MailboxRow row = boundary.drawn(link, stored, said);
        SelectedMailbox selected = withUidNext(link, row, said);
        if (row.uidValidity() != 0 && (row.uidValidity() != selected.uidValidity() || wentBack(row, selected))) {
            return Optional.of(reset.relink(link, row, selected));
        }
        Optional<Compared> compared = comparison.of(link, row, selected, depth);
        if (compared.isEmpty()) {
            return Optional.of(reset.relink(link, row, selected));
        }
        return Optional.of(write(link, row, selected, compared.get(), source));
    }

    /** Writes disappearances, if they are believed, and flags; and the checkpoint, if nothing is left to fetch. */
    Found write(Link link, MailboxRow row, SelectedMailbox selected, Compared compared, MailEvent.Source source)
            throws MailException {
        List<Long> seeming = compared.difference().vanished();
        Optional<List<Long>> vanished = disappearances.verified(link, row, selected, seeming);
        UidDifference believed = compared.difference().withVanished(vanished.orElse(List.of()));
        SelectedMailbox marks = vanished.isPresent()
                ? compared.marks(selected, seeming.size() - vanished.get().size())
                : compared.doubted(selected, row);
        record(link, row, marks, believed, source);
        return new Found(row, marks, believed.arrived());
    }

    /** A server that gives numbers out again, as after a restore, may mean other messages by those that are stored. */
    private static boolean wentBack(MailboxRow row, SelectedMailbox selected) {
        return selected.uidNext() > 0 && row.checkedAt() != null && selected.uidNext() < row.uidNext();
    }

    /** Where SELECT does not say UIDNEXT, the UIDs from the last one on do. Else each look would have to compare all of them. */
    private SelectedMailbox withUidNext(Link link, MailboxRow row, SelectedMailbox said) throws MailException {
        if (said.uidNext() > 0 || row.uidValidity() != said.uidValidity()) {
            return said;
        }
        List<MessageSummary> latest = comparison.summaries(link, row, UidSet.from(Math.max(1, row.uidNext())));
        return new SelectedMailbox(
                said.name(),
                said.uidValidity(),
                Math.max(row.uidNext(), LiveBoundary.after(0, latest)),
                said.exists(),
                said.highestModSeq(),
                said.permanentFlags(),
                said.readOnly(),
                said.resynced(),
                said.vanished(),
                said.changed());
    }

    private void record(
            Link link, MailboxRow row, SelectedMailbox marks, UidDifference difference, MailEvent.Source source) {
        boolean nothingToFetch = difference.arrived().isEmpty();
        boolean sameAsBefore = difference.isEmpty()
                && row.checkedAt() != null
                && row.uidValidity() == marks.uidValidity()
                && row.highestModSeq() == marks.highestModSeq()
                && row.messages() == marks.exists()
                && row.uidNext() == marks.uidNext();
        if (sameAsBefore) {
            return;
        }
        writes.write(link.fence(), tx -> {
            Arrivals.Place place = new Arrivals.Place(
                    mailboxes.scope(tx, link.accountId(), link.organization()), row.id(), marks.uidValidity());
            changes.vanish(tx, place, difference.vanished());
            changes.reappear(tx, place, difference.reappeared());
            changes.flags(
                    tx,
                    place,
                    difference.changed().stream()
                            .map(summary ->
                                    new CopyChanges.FlagChange(summary.uid(), summary.flags(), summary.modSeq()))
                            .toList(),
                    source);
            if (nothingToFetch) {
                mailboxes.checkpoint(tx, row, marks, clock.instant());
            }
            return null;
        });
    }
}

package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.AppendResult;
import dev.mailroom.mailclient.imap.MailboxStatus;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Brings one mailbox up to date: look, then take in what is new. */
@Singleton
public class MailboxCheck {
    /** Mailboxes that are looked at because messages may have gone from there to INBOX. */
    private static final int SOURCES_MAX = 5;

    private final Database database;
    private final Mailboxes mailboxes;
    private final MailboxLook look;
    private final MailboxIntake intake;
    private final FreshMail fresh;
    private final BrokenMailboxes broken;

    @Inject
    public MailboxCheck(
            Database database,
            Mailboxes mailboxes,
            MailboxLook look,
            MailboxIntake intake,
            FreshMail fresh,
            BrokenMailboxes broken) {
        this.database = database;
        this.mailboxes = mailboxes;
        this.look = look;
        this.intake = intake;
        this.fresh = fresh;
        this.broken = broken;
    }

    /** Looks and takes in at once. Gives the number of new messages. */
    public int check(Link link, UUID mailbox, MailboxLook.Depth depth, MailEvent.Source source) throws MailException {
        Optional<MailboxLook.Found> found = look(link, mailbox, depth, source);
        if (found.isEmpty() || found.get().arrived().isEmpty()) {
            return 0;
        }
        takeIn(link, found.get(), source);
        return found.get().arrived().size();
    }

    /** Selects and looks; empty if the mailbox is not followed, or the server lists it and does not open it. */
    public Optional<MailboxLook.Found> look(Link link, UUID mailbox, MailboxLook.Depth depth, MailEvent.Source source)
            throws MailException {
        Optional<MailboxRow> row = mailboxes.find(database, mailbox);
        return row.isEmpty() || !row.get().followed() || broken.rests(mailbox)
                ? Optional.empty()
                : look(link, row.get(), depth, source);
    }

    private Optional<MailboxLook.Found> look(
            Link link, MailboxRow row, MailboxLook.Depth depth, MailEvent.Source source) throws MailException {
        try {
            Optional<MailboxLook.Found> found = look.look(link, row, depth, source);
            broken.works(row.id());
            return found;
        } catch (MailException refused) {
            broken.skipOrThrow(link, row, refused);
            return Optional.empty();
        }
    }

    /**
     * Looks and takes in at once, also if the mailbox rests: for who acts on what lies in it, and on what does not.
     *
     * @return false if the server did not show it, so that nothing is known; true also if it is not followed, for nothing is ever known then
     */
    public boolean sees(Link link, UUID mailbox, MailboxLook.Depth depth, MailEvent.Source source)
            throws MailException {
        Optional<MailboxRow> row = mailboxes.find(database, mailbox);
        if (row.isEmpty() || !row.get().followed()) {
            return true;
        }
        Optional<MailboxLook.Found> found = look(link, row.get(), depth, source);
        if (found.isPresent() && !found.get().arrived().isEmpty()) {
            takeIn(link, found.get(), source);
        }
        return found.isPresent();
    }

    /** Takes in what an earlier look found; selects the mailbox again, for others may have been looked at since. */
    public void take(Link link, MailboxLook.Found found, MailEvent.Source source) throws MailException {
        if (found.arrived().isEmpty()) {
            return;
        }
        SelectedMailbox now;
        try {
            now = link.imap().select(found.row().name(), null);
        } catch (MailException refused) {
            broken.skipOrThrow(link, found.row(), refused);
            return;
        }
        if (now.uidValidity() == found.selected().uidValidity()) {
            takeIn(link, found, source);
        }
    }

    /** Takes in what a look found that was the last: its mailbox is still selected, so that nothing that comes meanwhile is passed over. */
    public void takeSelected(Link link, MailboxLook.Found found, MailEvent.Source source) throws MailException {
        if (!found.arrived().isEmpty()) {
            takeIn(link, found, source);
        }
    }

    /**
     * Takes in what came to a mailbox that is not selected, if the server said all that happened to it.
     *
     * @return false if it has to be looked at
     */
    public boolean takeElsewhere(Link link, MailboxRow row, MailboxStatus status) throws MailException {
        if (broken.rests(row.id())) {
            return false;
        }
        try {
            return fresh.takeElsewhere(link, row, status);
        } catch (MailException refused) {
            broken.skipOrThrow(link, row, refused);
            return false;
        }
    }

    /**
     * Takes in what we appended ourselves. Where the server said under which UID, nobody has to look for it, and the next look knows it.
     *
     * @param content as it was appended
     */
    public void takeAppended(
            Link link, UUID mailbox, AppendResult appended, Set<String> flags, Instant date, byte[] content)
            throws MailException {
        Optional<MailboxRow> row = mailboxes.find(database, mailbox);
        boolean said = row.isPresent()
                && row.get().followed()
                && appended.known()
                && appended.uidValidity() == row.get().uidValidity()
                && row.get().isLive(appended.uid())
                // Gmail may have had it already, in its own words and under its own name.
                && !link.imap().supports("X-GM-EXT-1");
        if (said) {
            intake.takeAppended(
                    link, row.get(), new MessageSummary(appended.uid(), flags, date, content.length, 0), content);
        } else {
            check(link, mailbox, MailboxLook.Depth.COUNTS, MailEvent.Source.LIVE);
        }
    }

    /**
     * Takes in what came to the mailbox that is selected, without selecting it again: the short way for mail that IDLE announced.
     *
     * @return the number of new messages; 0 also if the mailbox has to be looked at
     */
    public int takeArrivals(Link link, UUID mailbox, SelectedMailbox selected, long exists) throws MailException {
        try {
            return fresh.take(link, mailbox, selected, exists);
        } catch (KnownMessageException moved) {
            takeWhatMoved(link, mailbox, moved.mailboxes(), MailEvent.Source.LIVE);
            return 0;
        }
    }

    /** What comes to INBOX is told at once, and so it has to be known first whether it has left another mailbox. */
    private void takeIn(Link link, MailboxLook.Found found, MailEvent.Source source) throws MailException {
        try {
            intake.takeLive(
                    link,
                    found,
                    found.row().isInbox()
                            ? MailboxIntake.IfKnown.TAKE_IF_FOUND_NOWHERE_ELSE
                            : MailboxIntake.IfKnown.TAKE,
                    source);
        } catch (KnownMessageException moved) {
            takeWhatMoved(link, found.row().id(), moved.mailboxes(), source);
        }
    }

    /**
     * Looks where known messages lay that have come to INBOX, and then takes in what has come; leaves INBOX selected. Where all mail lies
     * nothing leaves, and where the sent mail lies it is most worth knowing: what is sent and received is told twice.
     */
    private void takeWhatMoved(Link link, UUID inbox, Set<UUID> sources, MailEvent.Source source) throws MailException {
        List<MailboxRow> rows = mailboxes.ofAccount(database, link.accountId()).stream()
                .filter(row -> sources.contains(row.id()) && !row.isAllMail())
                .sorted(Comparator.comparing((MailboxRow row) -> row.role() != MailboxRole.SENT)
                        .thenComparing(MailboxRow::id))
                .limit(SOURCES_MAX)
                .toList();
        List<MailboxLook.Found> elsewhere = new ArrayList<>();
        for (MailboxRow row : rows) {
            look(link, row.id(), MailboxLook.Depth.COUNTS, source)
                    .filter(found -> !found.arrived().isEmpty())
                    .ifPresent(elsewhere::add);
        }
        takeAll(link, inbox, source);
        if (!elsewhere.isEmpty()) {
            for (MailboxLook.Found found : elsewhere) {
                take(link, found, source);
            }
            takeAll(link, inbox, source);
        }
    }

    private void takeAll(Link link, UUID inbox, MailEvent.Source source) throws MailException {
        Optional<MailboxLook.Found> found = look(link, inbox, MailboxLook.Depth.COUNTS, source);
        if (found.isPresent() && !found.get().arrived().isEmpty()) {
            intake.takeLive(link, found.get(), source);
        }
    }
}

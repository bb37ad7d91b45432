package dev.mailroom.sync.session;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxStatus;
import dev.mailroom.mailclient.imap.MailboxUpdate;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.mailbox.MailboxCheck;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.sync.mailbox.Mailboxes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Watches INBOX: a look, a wait in IDLE, and the shortest way for what IDLE announces. Where the server tells of other mailboxes too
 * (NOTIFY), the wait ends with their names.
 */
@Singleton
class InboxWatch {
    private final Database database;
    private final Mailboxes mailboxes;
    private final MailboxCheck check;
    private final Clock clock;

    @Inject
    InboxWatch(Database database, Mailboxes mailboxes, MailboxCheck check, Clock clock) {
        this.database = database;
        this.mailboxes = mailboxes;
        this.check = check;
        this.clock = clock;
    }

    /** What a wait brought. */
    enum News {
        /** Nothing; the time is over or somebody woke the session. */
        NOTHING,
        /** Messages came or their flags changed. */
        SOME,
        /** Messages went: perhaps to another mailbox. */
        GONE
    }

    /**
     * What a watch brought.
     *
     * @param foundBefore new mail that was there before the wait began
     * @param began when the wait began
     * @param elsewhere what the server said of other mailboxes
     * @param lookedElsewhere whether other mailboxes were looked at, because messages had gone from there to INBOX
     * @param still INBOX as it is known and selected; null if it has to be looked at again
     */
    record Watched(
            News news,
            List<MessageSummary> foundBefore,
            Instant began,
            Elsewhere elsewhere,
            boolean lookedElsewhere,
            @Nullable Still still) {}

    /** INBOX after all that the server said of it was taken in, on a connection where it was the last that was selected. */
    record Still(ImapSession session, long selections, MailboxLook.Found inbox) {
        private static @Nullable Still of(Link link, MailboxLook.Found inbox, boolean settled) {
            return settled ? new Still(link.imap(), link.imap().selections(), inbox) : null;
        }

        private boolean isTrueOf(Link link) {
            return session == link.imap() && selections == session.selections();
        }
    }

    /**
     * What the server said of other mailboxes than INBOX.
     *
     * @param changed those that changed by their raw names, with what was said of them last
     * @param listAgain whether mailboxes came, went or were renamed
     * @param ended whether it will tell no more
     */
    record Elsewhere(Map<String, MailboxStatus> changed, boolean listAgain, boolean ended) {
        static Elsewhere of(List<MailboxUpdate> updates) {
            Map<String, MailboxStatus> changed = new LinkedHashMap<>();
            boolean listAgain = false;
            boolean ended = false;
            for (MailboxUpdate update : updates) {
                switch (update) {
                    case MailboxUpdate.Status status -> {
                        if (!status.name().isInbox()) {
                            changed.put(status.name().raw(), status.status());
                        }
                    }
                    case MailboxUpdate.Mailboxes _ -> listAgain = true;
                    case MailboxUpdate.WatchEnded _ -> ended = true;
                    default -> {
                        // About the mailbox that is selected.
                    }
                }
            }
            return new Elsewhere(changed, listAgain, ended);
        }
    }

    /** Something that is asked of the server. */
    interface Step {
        void run() throws MailException;
    }

    /**
     * Brings INBOX up to date, then waits for news of it until the time is over, the session is woken, or something happened.
     *
     * @param still what the last watch left: as long as it is true, INBOX is not looked at; null if there is nothing
     * @param last done between the look and the wait
     */
    Watched watch(Link link, Duration max, @Nullable Still still, Step last)
            throws MailException, InterruptedException {
        long selections = link.imap().selections();
        boolean known = still != null && still.isTrueOf(link);
        Optional<MailboxLook.Found> found = still != null && known ? Optional.of(still.inbox()) : look(link);
        last.run();
        Instant began = clock.instant();
        List<MailboxUpdate> updates = new ArrayList<>(link.imap().awaitChange(max));
        if (found.isEmpty()) {
            return new Watched(News.NOTHING, List.of(), began, Elsewhere.of(updates), false, null);
        }
        MailboxLook.Found inbox = found.get();
        Followed followed = follow(link, inbox.row(), inbox.selected(), updates);
        return new Watched(
                followed.news(),
                known ? List.of() : inbox.arrived(),
                began,
                Elsewhere.of(updates),
                link.imap().selections() - selections > (known ? 1 : 2),
                Still.of(link, inbox, followed.onlyGrew()));
    }

    /** What the server said of other mailboxes while there was other work to do. */
    Elsewhere heard(Link link) {
        return Elsewhere.of(link.imap().drainUpdates());
    }

    /** Brings INBOX up to date and leaves it selected; empty if there is none that can be opened. */
    Optional<MailboxLook.Found> look(Link link) throws MailException {
        Optional<MailboxRow> inbox = mailboxes.ofAccount(database, link.accountId()).stream()
                .filter(MailboxRow::isInbox)
                .findFirst();
        if (inbox.isEmpty()) {
            return Optional.empty();
        }
        Optional<MailboxLook.Found> found =
                check.look(link, inbox.get().id(), MailboxLook.Depth.COUNTS, MailEvent.Source.LIVE);
        if (found.isPresent()) {
            check.takeSelected(link, found.get(), MailEvent.Source.LIVE);
        }
        return found;
    }

    /** @param onlyGrew whether there was new mail, all of it was taken in, and nothing else was said */
    private record Followed(News news, boolean onlyGrew) {}

    /** @param heard the first news; more of them are added */
    private Followed follow(Link link, MailboxRow inbox, SelectedMailbox selected, List<MailboxUpdate> heard)
            throws MailException {
        News news = News.NOTHING;
        boolean onlyGrew = true;
        List<MailboxUpdate> updates = ofInbox(heard);
        while (!updates.isEmpty()) {
            long exists = onlyGrowth(updates);
            if (exists > 0) {
                onlyGrew &= check.takeArrivals(link, inbox.id(), selected, exists) > 0;
                news = News.SOME;
            } else {
                boolean gone = updates.stream()
                        .anyMatch(update ->
                                update instanceof MailboxUpdate.Expunged || update instanceof MailboxUpdate.Vanished);
                boolean flags = updates.stream()
                        .anyMatch(update ->
                                update instanceof MailboxUpdate.Flags || update instanceof MailboxUpdate.Overflow);
                check.check(
                        link,
                        inbox.id(),
                        flags ? MailboxLook.Depth.ALL : MailboxLook.Depth.COUNTS,
                        MailEvent.Source.LIVE);
                return new Followed(gone ? News.GONE : News.SOME, false);
            }
            List<MailboxUpdate> more = link.imap().drainUpdates();
            heard.addAll(more);
            updates = ofInbox(more);
        }
        return new Followed(news, onlyGrew && news == News.SOME);
    }

    private static List<MailboxUpdate> ofInbox(List<MailboxUpdate> updates) {
        return updates.stream()
                .filter(update -> switch (update) {
                    case MailboxUpdate.Mailboxes _, MailboxUpdate.WatchEnded _ -> false;
                    case MailboxUpdate.Status status -> status.name().isInbox();
                    default -> true;
                })
                .toList();
    }

    /** The new count if messages were added and nothing else happened; 0 otherwise. */
    private static long onlyGrowth(List<MailboxUpdate> updates) {
        long exists = 0;
        for (MailboxUpdate update : updates) {
            if (!(update instanceof MailboxUpdate.Exists grown)) {
                return 0;
            }
            exists = grown.count();
        }
        return exists;
    }
}

package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.ownership.FencedWrites;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;

/** Draws the line between history and live mail in a mailbox for which the first STATUS did not. */
@Singleton
public class LiveBoundary {
    private final Database database;
    private final FencedWrites writes;
    private final Mailboxes mailboxes;

    @Inject
    public LiveBoundary(Database database, FencedWrites writes, Mailboxes mailboxes) {
        this.database = database;
        this.writes = writes;
        this.mailboxes = mailboxes;
    }

    /**
     * The mailbox, which is the selected one, with its line: what is there at the first look is history. In INBOX it is what was there when
     * the account was connected, where that is known.
     */
    public MailboxRow drawn(Link link, MailboxRow row, SelectedMailbox selected) throws MailException {
        if (row.liveFrom() > 0 || selected.uidValidity() == 0) {
            return row;
        }
        long seen = row.isInbox() ? link.account().firstNewInInbox(selected.uidValidity(), selected.uidNext()) : 0;
        long from = seen > 0 ? seen : selected.uidNext();
        if (from == 0) {
            from = link.imap().searchSince(null).stream()
                            .mapToLong(Long::longValue)
                            .max()
                            .orElse(0)
                    + 1;
        }
        long first = from;
        writes.write(
                link.fence(),
                tx -> tx.execute(
                        "update mailbox set live_from = $2, uid_next = $2 where id = $1 and live_from = 0",
                        row.id(),
                        first));
        return mailboxes.find(database, row.id()).orElse(row);
    }

    /** The UID after all of these, where the server does not say its next one. */
    static long after(long uidNext, Collection<MessageSummary> all) {
        return uidNext > 0
                ? uidNext
                : all.stream().mapToLong(MessageSummary::uid).max().orElse(0) + 1;
    }
}

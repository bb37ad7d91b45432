package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.sync.connection.Link;
import java.util.List;

/** What of a mailbox is history, as the import understands it. */
public interface OldMail {
    /**
     * Messages of the import window that the server has and that are neither stored nor in quarantine, by UID, ascending.
     *
     * @param row the mailbox, which is selected and whose import is done
     */
    List<Long> missing(Link link, MailboxRow row) throws MailException;
}

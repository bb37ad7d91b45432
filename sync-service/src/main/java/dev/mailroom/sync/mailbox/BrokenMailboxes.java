package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Remedy;
import dev.mailroom.sync.connection.Link;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Mailboxes that the server lists and does not open. Each is left alone for a while of its own, so that the rest of the account goes on.
 * Kept in memory only; safe for use by many threads.
 */
@Singleton
public class BrokenMailboxes {
    /** Refusals in a row that are forgiven: the mailbox may have been removed since LIST named it. */
    private static final int FORGIVEN = 1;

    static final Duration REST_MAX = Duration.ofHours(1);

    /** Mailboxes that are remembered; beyond it the oldest is forgotten. */
    private static final int REMEMBERED_MAX = 10_000;

    private static final Logger LOG = Logger.getLogger(BrokenMailboxes.class);

    private final Clock clock;
    private final Duration restMin;
    private final Map<UUID, Rest> resting = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Rest> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    @Inject
    public BrokenMailboxes(Clock clock, MailboxConfig config) {
        this.clock = clock;
        this.restMin = config.restMin();
    }

    private record Rest(int refusals, Duration length, Instant until) {}

    /**
     * True if a refusal is about one mailbox. The end of the connection and a server that throttles are about the account, and so is an
     * INBOX that is away: without it there is nothing to go on with.
     */
    static boolean isOnly(Link link, boolean inbox, MailException refused) {
        return link.imap().isOpen()
                && refused.category() != Category.THROTTLED
                && (!inbox || refused.remedy() == Remedy.GIVE_UP);
    }

    /** Passes a failure on, unless it is about this mailbox only: then the mailbox is left alone for a while. */
    public void skipOrThrow(Link link, MailboxRow row, MailException refused) throws MailException {
        if (!isOnly(link, row.isInbox(), refused)) {
            throw refused;
        }
        // INBOX is what people wait for: it is tried at every look.
        Duration rest = row.isInbox() ? Duration.ZERO : rest(row.id());
        LOG.warnf(
                "account=%s mailbox=%s is listed and cannot be used, rest=%s: %s",
                link.accountId(), row.id(), rest, refused.getMessage());
    }

    private synchronized Duration rest(UUID mailbox) {
        Rest before = resting.get(mailbox);
        int refusals = before == null ? 1 : before.refusals() + 1;
        Duration doubled = before == null ? Duration.ZERO : before.length().multipliedBy(2);
        Duration next = refusals <= FORGIVEN ? Duration.ZERO : doubled.isZero() ? restMin : doubled;
        Duration length = next.compareTo(REST_MAX) > 0 ? REST_MAX : next;
        resting.put(mailbox, new Rest(refusals, length, clock.instant().plus(length)));
        return length;
    }

    /** True if the mailbox is not to be tried yet. */
    public synchronized boolean rests(UUID mailbox) {
        Rest rest = resting.get(mailbox);
        return rest != null && clock.instant().isBefore(rest.until());
    }

    /** The mailbox was opened. */
    synchronized void works(UUID mailbox) {
        resting.remove(mailbox);
    }
}

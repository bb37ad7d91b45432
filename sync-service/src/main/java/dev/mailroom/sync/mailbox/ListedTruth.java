package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Remedy;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.ListedMailbox;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.connection.Link;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Does not believe a LIST that leaves out mailboxes which STATUS still knows, or shows some that STATUS does not know any more: Dovecot 2.3
 * with NOTIFY sometimes lists what was there before mailboxes were made or renamed, or half of it, for as long as the connection lasts. Over
 * another connection it lists what is there.
 */
@Singleton
class ListedTruth {
    /** Mailboxes of each kind that are asked for: one answer is enough to know that the list is not true. */
    static final int ASKED_MAX = 20;

    private static final Logger LOG = Logger.getLogger(ListedTruth.class);

    private final Map<ImapSession, Connection> connections = Collections.synchronizedMap(new WeakHashMap<>());
    private final Counter untrue;

    @Inject
    ListedTruth(MeterRegistry metrics) {
        this.untrue = metrics.counter("mailroom_sync_lists_untrue_total");
    }

    /**
     * What is known of a connection.
     *
     * @param uncounted what its first list showed without counters
     * @param made mailboxes that were made over it since the last list
     */
    private record Connection(Set<MailboxName> uncounted, Set<MailboxName> made) {}

    /** The server said that it made a mailbox: the next list shows it. */
    void made(Link link, MailboxName name) {
        Connection connection = connections.get(link.imap());
        if (connection != null && connection.made().size() < ASKED_MAX) {
            connection.made().add(name);
        }
    }

    /**
     * Asks for mailboxes that the list leaves out, and for those that it shows without counters. The first list of a connection is
     * believed: some servers hide what they open, and show what they refuse.
     *
     * @param missing what is stored and would be taken for gone
     * @throws MailException if the list is not true; the connection is over then
     */
    void check(Link link, Collection<ListedMailbox> listed, Collection<MailboxRow> missing) throws MailException {
        Set<MailboxName> uncounted = uncounted(listed);
        Connection known =
                connections.putIfAbsent(link.imap(), new Connection(uncounted, ConcurrentHashMap.newKeySet()));
        if (known == null) {
            return;
        }
        List<MailboxName> made = List.copyOf(known.made());
        known.made().clear();
        Stream<MailboxName> expected = Stream.concat(
                made.stream(), missing.stream().filter(MailboxRow::selectable).map(MailboxRow::name));
        if (!leavesOut(link, listed, expected) && !showsWhatIsGone(link, uncounted, known.uncounted())) {
            return;
        }
        untrue.increment();
        LOG.warnf("account=%s LIST contradicts STATUS: listed again over another connection", link.accountId());
        link.imap().abort();
        throw MailException.of(Stage.COMMAND, Category.CONNECTION_LOST);
    }

    private static boolean leavesOut(Link link, Collection<ListedMailbox> listed, Stream<MailboxName> expected)
            throws MailException {
        Set<MailboxName> names = listed.stream().map(ListedMailbox::name).collect(Collectors.toSet());
        List<MailboxName> doubtful = expected.filter(
                        name -> !names.contains(name) && name.raw().indexOf(0) < 0)
                .distinct()
                .limit(ASKED_MAX)
                .toList();
        return !doubtful.isEmpty() && !link.imap().statuses(doubtful).isEmpty();
    }

    private static boolean showsWhatIsGone(Link link, Set<MailboxName> uncounted, Set<MailboxName> before)
            throws MailException {
        List<MailboxName> doubtful = uncounted.stream()
                .filter(name -> !before.contains(name))
                .limit(ASKED_MAX)
                .toList();
        for (MailboxName name : doubtful) {
            try {
                link.imap().status(name);
            } catch (MailException refused) {
                if (!link.imap().isOpen()) {
                    throw refused;
                }
                if (refused.remedy() == Remedy.GIVE_UP) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What a server that counts along with the list (RFC 5819) does not count. */
    private static Set<MailboxName> uncounted(Collection<ListedMailbox> listed) {
        if (listed.stream().allMatch(mailbox -> mailbox.status() == null)) {
            return Set.of();
        }
        return listed.stream()
                .filter(mailbox -> mailbox.selectable() && mailbox.status() == null)
                .map(ListedMailbox::name)
                .collect(Collectors.toUnmodifiableSet());
    }
}

package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
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
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Does not believe a LIST that leaves out mailboxes which STATUS still knows: Dovecot 2.3 with NOTIFY sometimes lists what was there before
 * mailboxes were renamed, or half of it, for as long as the connection lasts. Over another connection it lists what is there.
 */
@Singleton
class ListedTruth {
    /** Mailboxes that are asked for: if one is there, the list is not true. */
    static final int ASKED_MAX = 20;

    private static final Logger LOG = Logger.getLogger(ListedTruth.class);

    private final Map<ImapSession, Boolean> listedBefore = Collections.synchronizedMap(new WeakHashMap<>());
    private final Counter untrue;

    @Inject
    ListedTruth(MeterRegistry metrics) {
        this.untrue = metrics.counter("mailroom_sync_lists_untrue_total");
    }

    /**
     * Asks for mailboxes that the list leaves out. The first list of a connection is believed: some servers hide what they open.
     *
     * @throws MailException if one of them is there; the connection is over then
     */
    void check(Link link, Collection<ListedMailbox> listed, Collection<MailboxRow> missing) throws MailException {
        boolean first = listedBefore.put(link.imap(), true) == null;
        Set<MailboxName> names = listed.stream().map(ListedMailbox::name).collect(Collectors.toSet());
        List<MailboxName> doubtful = missing.stream()
                .filter(MailboxRow::selectable)
                .map(MailboxRow::name)
                .filter(name -> !names.contains(name) && name.raw().indexOf(0) < 0)
                .limit(ASKED_MAX)
                .toList();
        if (first || doubtful.isEmpty() || link.imap().statuses(doubtful).isEmpty()) {
            return;
        }
        untrue.increment();
        LOG.warnf(
                "account=%s LIST leaves out what STATUS knows (%d asked for): listed again over another connection",
                link.accountId(), doubtful.size());
        link.imap().abort();
        throw MailException.of(Stage.COMMAND, Category.CONNECTION_LOST);
    }
}

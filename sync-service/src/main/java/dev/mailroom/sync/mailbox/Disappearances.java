package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.sync.connection.Link;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Does not believe at once that messages are gone: {@code VANISHED 1:4294967295} or half an answer would empty a mailbox. Where the server
 * only says so (QRESYNC), or they are many, it is asked a second time, in another way, and what it then still has is not gone.
 */
@Singleton
class Disappearances {
    /** Disappearances of one look by comparison that are believed without asking again. */
    static final int BELIEVED_MAX = 20;

    private static final Logger LOG = Logger.getLogger(Disappearances.class);

    private final Counter denied;
    private final Counter doubted;

    @Inject
    Disappearances(MeterRegistry metrics) {
        this.denied = metrics.counter("mailroom_sync_disappearances_total", "outcome", "denied");
        this.doubted = metrics.counter("mailroom_sync_disappearances_total", "outcome", "doubted");
    }

    /**
     * Which messages of the selected mailbox are really gone.
     *
     * @param vanished UIDs that seem to be
     * @return empty if the server contradicts itself: nothing follows, and the checkpoint must not move
     */
    Optional<List<Long>> verified(Link link, MailboxRow row, SelectedMailbox selected, List<Long> vanished)
            throws MailException {
        if (vanished.isEmpty() || (vanished.size() <= BELIEVED_MAX && !selected.resynced())) {
            return Optional.of(vanished);
        }
        if (vanished.size() <= BELIEVED_MAX) {
            Set<Long> there = new HashSet<>();
            link.imap().fetchFlags(UidSet.of(vanished), summary -> there.add(summary.uid()));
            return Optional.of(gone(link, row, vanished, there));
        }
        Set<Long> there = new HashSet<>(link.imap().searchSince(null));
        if (there.size() != selected.exists()) {
            // Changed meanwhile, or only a part was answered: the next look tells.
            doubted.increment();
            LOG.warnf(
                    "account=%s mailbox=%s %d seem gone; SELECT counts %d messages and SEARCH %d: not believed",
                    link.accountId(), row.id(), vanished.size(), selected.exists(), there.size());
            return Optional.empty();
        }
        return Optional.of(gone(link, row, vanished, there));
    }

    private List<Long> gone(Link link, MailboxRow row, List<Long> vanished, Set<Long> there) {
        List<Long> gone = vanished.stream().filter(uid -> !there.contains(uid)).toList();
        if (gone.size() < vanished.size()) {
            denied.increment(vanished.size() - gone.size());
            LOG.warnf(
                    "account=%s mailbox=%s the server said of %d messages that they are gone, and has %d of them",
                    link.accountId(), row.id(), vanished.size(), vanished.size() - gone.size());
        }
        return gone;
    }
}

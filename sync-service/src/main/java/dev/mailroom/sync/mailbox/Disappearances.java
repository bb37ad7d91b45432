package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.SelectedMailbox;
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
 * Does not believe at once that many messages are gone: {@code VANISHED 1:4294967295} or half an answer would empty a mailbox. The server is
 * asked a second time, in another way, and what it then still has is not gone.
 */
@Singleton
class Disappearances {
    /** Disappearances of one look that are believed without asking again. */
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
        if (vanished.size() <= BELIEVED_MAX) {
            return Optional.of(vanished);
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
        List<Long> gone = vanished.stream().filter(uid -> !there.contains(uid)).toList();
        if (gone.size() < vanished.size()) {
            denied.increment(vanished.size() - gone.size());
            LOG.warnf(
                    "account=%s mailbox=%s the server said of %d messages that they are gone, and has %d of them",
                    link.accountId(), row.id(), vanished.size(), vanished.size() - gone.size());
        }
        return Optional.of(gone);
    }
}

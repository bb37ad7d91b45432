package dev.mailroom.sync.session;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.sync.connection.Link;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How a session sees what happens to its mailboxes: it sweeps when that is due, and waits for what the server says. Belongs to one session. */
final class Lookout {
    private final SessionParts parts;
    private final UUID account;
    private final Rhythm rhythm;
    private InboxWatch.@Nullable Still still;

    Lookout(SessionParts parts, UUID account) {
        this.parts = parts;
        this.account = account;
        this.rhythm = new Rhythm(parts.config(), parts.clock(), parts.random());
    }

    void connected(String imapHost) {
        rhythm.connected(imapHost);
    }

    void disconnected() {
        still = null;
    }

    MailboxSweep.Swept sweep(Link link) throws MailException {
        rhythm.idles(link.imap().supports("IDLE"));
        // Asked for before the mailboxes are compared, so that nothing can happen in between.
        watchAll(link);
        MailboxSweep.Swept swept = parts.sweep().sweep(link, rhythm.fullCheckDue(), rhythm.turns());
        rhythm.swept();
        rhythm.confirmed(swept.elsewhere());
        if (swept.mailboxes()) {
            rhythm.mailboxesChanged();
        }
        return swept;
    }

    /** @return whether it was due */
    boolean sweepIfDue(Link link) throws MailException {
        if (!rhythm.sweepDue()) {
            return false;
        }
        notAnnounced(sweep(link).inbox());
        decides();
        return true;
    }

    /** Whether it is time to go on over another connection, which lists what is there now. */
    boolean anotherConnectionDue() {
        return rhythm.anotherConnectionDue();
    }

    /** All mailboxes are looked at soon. */
    void sweepSoon() {
        rhythm.sweepSoon();
    }

    /** Takes in what has come to INBOX, and what was heard of other mailboxes; waits for nothing. */
    void look(Link link) throws MailException {
        parts.watch().look(link);
        follow(link, parts.watch().heard(link));
    }

    /**
     * Waits for the server, or for somebody who wakes the session.
     *
     * @param due when there is something else to do, if that is known
     */
    void watch(Link link, Optional<Instant> due) throws MailException, InterruptedException {
        InboxWatch.Watched watched = parts.watch().watch(link, rhythm.waitFor(due), still, () -> {
            if (rhythm.watchesOnceMore()) {
                rhythm.watchesAll(link.imap().watchAll());
            }
        });
        still = watched.still();
        notAnnounced(watched.foundBefore());
        rhythm.waited(watched.news() == InboxWatch.News.NOTHING, watched.began());
        if (watched.lookedElsewhere() && rhythm.listensToAlarms()) {
            rhythm.lookedElsewhere();
        }
        follow(link, watched.elsewhere());
        if (still == null) {
            decides();
        }
        if (watched.news() == InboxWatch.News.GONE && !rhythm.listensToAlarms()) {
            rhythm.sweepSoon();
        }
    }

    /** Compares a mailbox as a whole if its turn has come. */
    void reconcile(Link link) throws MailException {
        rhythm.reconciled(rhythm.mayReconcile() && parts.reconciliation().slice(link));
    }

    /** How what happens comes to us, as people are told. */
    String push(Link link) {
        return rhythm.polls() ? "poll" : link.push(rhythm.listensToAlarms());
    }

    private void watchAll(Link link) throws MailException {
        if (link.imap().supports("NOTIFY") && link.imap().supports("IDLE") && rhythm.mayWatchAll()) {
            rhythm.watchesAll(link.imap().watchAll());
        }
    }

    private void decides() {
        rhythm.decides(parts.sweep().nextDue(account));
    }

    /** @param found new mail of INBOX that was there when it was looked at: IDLE, if it was on before, said nothing of it */
    private void notAnnounced(List<MessageSummary> found) {
        found.stream()
                .map(MessageSummary::internalDate)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .filter(rhythm::found)
                .ifPresent(_ -> parts.idleMissed());
    }

    /** Looks where the server said that something happened. */
    private void follow(Link link, InboxWatch.Elsewhere heard) throws MailException {
        if (heard.ended()) {
            rhythm.watchEnded();
        } else if (heard.listAgain()) {
            rhythm.toldOfMailboxes();
        }
        if (!heard.changed().isEmpty() && rhythm.listensToAlarms()) {
            parts.sweep().follow(link, heard.changed()).ifPresent(changed -> {
                parts.alarmed(changed);
                rhythm.alarmed(changed);
            });
        }
    }
}

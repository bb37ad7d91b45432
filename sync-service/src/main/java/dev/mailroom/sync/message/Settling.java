package dev.mailroom.sync.message;

import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.Mailbox;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.sync.database.Sql;
import dev.mailroom.sync.database.Transaction;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Mail that came to INBOX and is not told yet, because the provider's own filters may move it: when its time is up it is told once, where it
 * lies.
 *
 * <p>Only mail of accounts whose provider was seen to do so waits. Nothing is told of a message that waits: not that it was read, moved or
 * deleted. What waits is a row beside the copy, written with it and taken away with the event, so that a crash loses nothing and repeats
 * nothing.
 */
@Singleton
public class Settling {
    /** The longest time that may be configured. */
    static final Duration TIME_MAX = Duration.ofMinutes(1);

    /** Messages that are told in one transaction. */
    public static final int BATCH_MAX = 100;

    /**
     * A message that left INBOX and was not found elsewhere is asked for so often, until it is decided that it was deleted. Its arrival
     * elsewhere does not wait for that.
     */
    private static final Duration ASKED_FOR_AGAIN = Duration.ofSeconds(30);

    /** Mail that is older has settled, whatever the difference between the server's clock and ours. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

    /** A move says something of the provider if the message was delivered as lately. */
    private static final Duration FRESH = Duration.ofMinutes(10);

    /** Where people put what they are done with, at once: to go there says nothing of the provider. */
    private static final Set<MailboxRole> BY_HAND =
            Set.of(MailboxRole.INBOX, MailboxRole.TRASH, MailboxRole.ARCHIVE, MailboxRole.DRAFTS, MailboxRole.SENT);

    private final SettleConfig config;
    private final Quarantine quarantine;
    private final Clock clock;
    private final MeterRegistry metrics;

    /** @throws IllegalArgumentException if the time is not within 0 to 1 min */
    @Inject
    public Settling(SettleConfig config, Quarantine quarantine, Clock clock, MeterRegistry metrics) {
        if (config.time().isNegative() || config.time().compareTo(TIME_MAX) > 0) {
            throw new IllegalArgumentException("mailroom.sync.settle.time is 0s to " + TIME_MAX);
        }
        this.config = config;
        this.quarantine = quarantine;
        this.clock = clock;
        this.metrics = metrics;
    }

    /**
     * Whether a message that came to INBOX just now is to wait.
     *
     * @param providerFilesAt when the account's provider was last seen to file; null if it never was
     */
    boolean waits(@Nullable Instant providerFilesAt, Instant internalDate) {
        Instant now = clock.instant();
        boolean files =
                switch (config.mode()) {
                    case LEARNED -> providerFilesAt != null && providerFilesAt.isAfter(now.minus(config.memory()));
                    case ALWAYS -> true;
                    case NEVER -> false;
                };
        Duration age = Duration.between(internalDate, now);
        return files && age.compareTo(config.time().plus(CLOCKS_DIFFER)) < 0;
    }

    /** Lets new messages wait, in this order. */
    void await(Transaction tx, UUID account, Set<UUID> messages) {
        if (messages.isEmpty()) {
            return;
        }
        tx.send(
                """
                insert into settling (account_id, message_id, settles_at)
                select $1, m.id, $3 from unnest($2::uuid[]) with ordinality as m (id, place) order by m.place
                on conflict do nothing
                """,
                account,
                messages.toArray(UUID[]::new),
                clock.instant().plus(config.time()).atOffset(ZoneOffset.UTC));
    }

    /**
     * One that waits was found in another mailbox, perhaps after its time was up: it is told when it has settled there, at the latest.
     *
     * @param firstInSent whether it is the sent mail, and it did not lie there before
     */
    void found(Transaction tx, UUID account, UUID message, boolean firstInSent) {
        tx.send("""
                update settling set settles_at = least(settles_at, $3), in_sent = in_sent or $4
                where account_id = $1 and message_id = $2
                """, account, message, clock.instant().plus(config.time()).atOffset(ZoneOffset.UTC), firstInSent);
    }

    public boolean waits(Sql sql, UUID account, UUID message) {
        return sql.first("select 1 from settling where account_id = $1 and message_id = $2", account, message)
                .isPresent();
    }

    /** Which of these messages wait, until the end of the transaction: nobody tells of them while somebody else changes what is to be told. */
    Set<UUID> waiting(Sql sql, UUID account, Collection<UUID> messages) {
        return new HashSet<>(sql.list(
                row -> row.getUUID("message_id"),
                "select message_id from settling where account_id = $1 and message_id = any($2) for share",
                account,
                messages.toArray(UUID[]::new)));
    }

    /** What an account was told of messages: of one that waits nothing but its copies among the sent mail. */
    record Told(AccountScope scope, Set<UUID> waiting, Set<UUID> untoldInSent) {
        /** How the account sees a message, as far as it knows it; null if it does not. */
        CopyStates.@Nullable View view(CopyStates copies, UUID message) {
            if (!waiting.contains(message)) {
                return copies.view(message, scope.mailboxes());
            }
            return untoldInSent.contains(message)
                    ? null
                    : CopyStates.view(
                            copies.all(message).stream()
                                    .filter(copy ->
                                            scope.mailbox(copy.mailbox()).role() == MailboxRole.SENT)
                                    .toList(),
                            scope.mailboxes());
        }
    }

    /** Nobody begins or ends to wait before the end of the transaction. */
    Told told(Sql sql, AccountScope scope, Collection<UUID> messages) {
        Set<UUID> waiting = waiting(sql, scope.account(), messages);
        return new Told(scope, waiting, waiting.isEmpty() ? Set.of() : untoldInSent(sql, scope.account(), waiting));
    }

    /** When something is to be told next; empty if nothing waits. */
    public Optional<Instant> nextDue(Sql sql, UUID account) {
        return sql.first("select min(settles_at) as due from settling where account_id = $1", account)
                .map(row -> row.getOffsetDateTime("due"))
                .map(OffsetDateTime::toInstant);
    }

    /**
     * Tells of the messages whose time is up, oldest first.
     *
     * @param max 1 to {@link #BATCH_MAX}
     * @return true if there may be more
     */
    public boolean tellDue(Transaction tx, AccountScope scope, int max) {
        // What arrives meanwhile beside one of them is either told with it or after it.
        Arrivals.lock(tx, scope.organization(), scope.account());
        List<UUID> due = due(tx, scope.account(), max);
        tell(tx, scope, due);
        return due.size() == max;
    }

    /** Puts the next message whose time is up into quarantine, because it cannot be told: it must not hold up the others. */
    public void giveUpNext(Transaction tx, AccountScope scope) {
        Arrivals.lock(tx, scope.organization(), scope.account());
        for (UUID message : due(tx, scope.account(), 1)) {
            for (CopyStates.Copy copy :
                    CopyStates.load(tx, scope.account(), List.of(message)).present(message)) {
                Arrivals.Place place = new Arrivals.Place(scope, copy.mailbox(), copy.uidValidity());
                quarantine.keep(tx, place, copy.uid(), "not_told", null);
            }
            // Without its copies it is new when it is tried again.
            tx.execute("delete from copy where account_id = $1 and message_id = $2", scope.account(), message);
            forget(tx, scope.account(), message);
            count("quarantined");
        }
    }

    private List<UUID> due(Transaction tx, UUID account, int max) {
        return tx.list(
                row -> row.getUUID("message_id"),
                "select message_id from settling where account_id = $1 and settles_at <= $2 order by settles_at, sequence limit $3 for update",
                account,
                clock.instant().atOffset(ZoneOffset.UTC),
                max);
    }

    /** Tells of one message now, if it waits: somebody is about to act on it. */
    public void tellNow(Transaction tx, AccountScope scope, UUID message) {
        Arrivals.lock(tx, scope.organization(), scope.account());
        tell(tx, scope, List.copyOf(waiting(tx, scope.account(), Set.of(message))));
    }

    private void tell(Transaction tx, AccountScope scope, List<UUID> messages) {
        if (messages.isEmpty()) {
            return;
        }
        CopyStates copies = CopyStates.load(tx, scope.account(), messages);
        Map<UUID, MessageRows.Stored> stored = MessageRows.stored(tx, scope.organization(), messages);
        Set<UUID> untoldInSent = untoldInSent(tx, scope.account(), messages);
        Revisions revisions = new Revisions();
        stored.forEach((id, row) -> revisions.known(id, row.revision()));
        for (UUID message : messages) {
            MessageRows.Stored row = stored.get(message);
            boolean inSent = untoldInSent.contains(message);
            Optional<Mailbox> place = placeOf(copies.present(message), scope, inSent);
            if (row != null && place.isPresent()) {
                forgetMissing(tx, scope, message, copies, inSent);
                tell(tx, scope, row, place.get(), copies, revisions);
                tellBesides(tx, scope, row, place.get(), copies, inSent, revisions);
                release(tx, scope.account(), message);
            } else if (row == null || isGone(message, copies, scope, inSent)) {
                drop(tx, scope.account(), message);
            } else {
                tx.execute(
                        "update settling set settles_at = $3 where account_id = $1 and message_id = $2",
                        scope.account(),
                        message,
                        clock.instant().plus(ASKED_FOR_AGAIN).atOffset(ZoneOffset.UTC));
            }
        }
        revisions.write(tx);
    }

    private void tell(
            Transaction tx,
            AccountScope scope,
            MessageRows.Stored stored,
            Mailbox place,
            CopyStates copies,
            Revisions revisions) {
        CopyStates.View view = copies.view(stored.id(), scope.mailboxes());
        if (view == null) {
            throw new IllegalStateException("the copy that lies somewhere is not there");
        }
        boolean filed = place.role() != MailboxRole.INBOX && place.role() != MailboxRole.SENT;
        tx.tell(
                EventIds.of("message.received", scope.account(), stored.id(), revisions.next(stored.id())),
                new MailEvent.MessageReceived(
                        scope.account(),
                        scope.organization(),
                        stored.picture(view.unread(), view.flagged(), view.labelsBeside(place)),
                        place,
                        MailEvent.Source.LIVE,
                        filed));
        if (filed && !isByHand(place)) {
            remember(tx, scope.account(), stored.id());
        }
        count(filed ? "filed" : "inbox");
    }

    /** Of what is missing by now nobody was told that it was there. */
    private static void forgetMissing(
            Transaction tx, AccountScope scope, UUID message, CopyStates copies, boolean inSent) {
        for (CopyStates.Copy copy : copies.vanished(message)) {
            if (inSent || scope.mailbox(copy.mailbox()).role() != MailboxRole.SENT) {
                copies.remove(copy);
                tx.execute(
                        "delete from copy where mailbox_id = $1 and uid_validity = $2 and uid = $3",
                        copy.mailbox(),
                        copy.uidValidity(),
                        copy.uid());
            }
        }
    }

    /** What else it lies in that no label names; of the sent mail somebody was told before, unless the copy came meanwhile. */
    private static void tellBesides(
            Transaction tx,
            AccountScope scope,
            MessageRows.Stored stored,
            Mailbox place,
            CopyStates copies,
            boolean inSent,
            Revisions revisions) {
        copies.present(stored.id()).stream()
                .map(copy -> scope.mailbox(copy.mailbox()))
                .distinct()
                .filter(mailbox -> !mailbox.equals(place) && MailEvents.tellsOf(mailbox))
                .filter(mailbox -> inSent || mailbox.role() != MailboxRole.SENT)
                .forEach(mailbox -> MailEvents.linked(
                        tx,
                        scope,
                        stored.id(),
                        stored.row().getUUID("conversation_id"),
                        revisions.next(stored.id()),
                        mailbox,
                        MailEvent.Source.LIVE));
    }

    /** Of messages that wait those whose copy among the sent mail came meanwhile. */
    static Set<UUID> untoldInSent(Sql sql, UUID account, Collection<UUID> messages) {
        return new HashSet<>(sql.list(
                row -> row.getUUID("message_id"),
                "select message_id from settling where account_id = $1 and message_id = any($2) and in_sent",
                account,
                messages.toArray(UUID[]::new)));
    }

    /**
     * INBOX, else where it was moved to. The sender's own copy is no place of what he receives, unless nothing else is left and nothing was
     * told of it.
     */
    private static Optional<Mailbox> placeOf(List<CopyStates.Copy> present, AccountScope scope, boolean inSent) {
        return present.stream()
                .sorted(Comparator.comparing(CopyStates.Copy::createdAt))
                .map(copy -> scope.mailbox(copy.mailbox()))
                .filter(mailbox -> inSent || mailbox.role() != MailboxRole.SENT)
                .min(Comparator.comparing(Settling::rank));
    }

    private static int rank(Mailbox mailbox) {
        if (mailbox.role() == MailboxRole.INBOX) {
            return 0;
        }
        return mailbox.role() == MailboxRole.SENT ? 2 : 1;
    }

    /** Forgets those of which it was decided of every copy that it is not in another mailbox now. */
    void forgetGone(Transaction tx, AccountScope scope, Set<UUID> waiting, CopyStates copies) {
        Set<UUID> untoldInSent = waiting.isEmpty() ? Set.of() : untoldInSent(tx, scope.account(), waiting);
        waiting.stream()
                .filter(message -> isGone(message, copies, scope, untoldInSent.contains(message)))
                .forEach(message -> drop(tx, scope.account(), message));
    }

    private static boolean isGone(UUID message, CopyStates copies, AccountScope scope, boolean inSent) {
        return copies.all(message).stream()
                .allMatch(copy -> !inSent && scope.mailbox(copy.mailbox()).role() == MailboxRole.SENT);
    }

    private static boolean isByHand(Mailbox mailbox) {
        return mailbox.role() != null && BY_HAND.contains(mailbox.role());
    }

    private static void release(Transaction tx, UUID account, UUID message) {
        tx.execute("delete from settling where account_id = $1 and message_id = $2", account, message);
    }

    /** Forgets a message that went before anybody was told of it: if it comes again, it is new. */
    private void drop(Transaction tx, UUID account, UUID message) {
        forget(tx, account, message);
        count("gone");
    }

    private static void forget(Transaction tx, UUID account, UUID message) {
        release(tx, account, message);
        tx.execute("delete from sighting where account_id = $1 and message_id = $2", account, message);
    }

    /** A message went from one mailbox to another: learns from it if that may have been the provider. */
    void moved(Transaction tx, AccountScope scope, CopyStates.Copy from, Mailbox to, MailEvent.Source cause) {
        Instant gone = from.vanishedAt();
        if (gone != null
                && cause != MailEvent.Source.COMMAND
                && scope.mailbox(from.mailbox()).role() == MailboxRole.INBOX
                && !isByHand(to)
                && Duration.between(from.createdAt(), gone).compareTo(config.time()) <= 0) {
            remember(tx, scope.account(), from.message());
        }
    }

    private void remember(Transaction tx, UUID account, UUID message) {
        Instant now = clock.instant();
        tx.execute(
                """
                update account set provider_files_at = $2
                where id = $1 and exists (select 1 from message m where m.id = $3 and m.delivered_at > $4)
                """,
                account,
                now.atOffset(ZoneOffset.UTC),
                message,
                now.minus(FRESH).atOffset(ZoneOffset.UTC));
    }

    private void count(String outcome) {
        metrics.counter("mailroom_sync_settled_total", "outcome", outcome).increment();
    }
}

package dev.mailroom.sync.message;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.Mailbox;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.sync.conversation.Conversations;
import dev.mailroom.sync.database.Transaction;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes in copies that were not known: stores what is new and tells each account once of each message.
 *
 * <p>A copy of a message that has just vanished elsewhere in the account is a move. A copy beside others is a label. A message that the
 * account has not seen is received if it is live mail, imported if it is history, and linked if another account brought it before. So is
 * one of which it was told that no copy is left. Mail of long before the account that somebody moves by hand is history, wherever it comes
 * to lie.
 */
@Singleton
public class Arrivals {
    private final Conversations conversations;
    private final Settling settling;
    private final Clock clock;

    @Inject
    public Arrivals(Conversations conversations, Settling settling, Clock clock) {
        this.conversations = conversations;
        this.settling = settling;
        this.clock = clock;
    }

    /** Where the copies lie. */
    public record Place(AccountScope scope, UUID mailbox, long uidValidity) {
        boolean isOf(CopyStates.Copy copy, long uid) {
            return copy.mailbox().equals(mailbox) && copy.uidValidity() == uidValidity && copy.uid() == uid;
        }
    }

    /**
     * Begins to record a batch in the caller's transaction: asks for what is known of it, and waits for nothing.
     *
     * @param arrivals may be none
     */
    public Batch begin(
            Transaction tx,
            UUID account,
            UUID organization,
            UUID mailbox,
            long uidValidity,
            List<IdentifiedArrival> arrivals) {
        if (!arrivals.isEmpty()) {
            lock(tx, organization, account);
        }
        return new Batch(tx, account, organization, mailbox, uidValidity, arrivals);
    }

    /** One batch of an organization threads at a time: two that name each other's messages would wait for each other for ever. */
    public static void lockThreads(Transaction tx, UUID organization) {
        tx.send("select pg_advisory_xact_lock(hashtextextended($1, 7))", organization.toString());
    }

    /**
     * Both locks, in this order: {@link #lockThreads}, and that of the messages as the account sees them, which the connections of its
     * session and of its import tell of.
     */
    static void lock(Transaction tx, UUID organization, UUID account) {
        tx.send(
                "select pg_advisory_xact_lock(hashtextextended($1, 7)), pg_advisory_xact_lock(hashtextextended($2, 8))",
                organization.toString(),
                account.toString());
    }

    /** The second lock of {@link #lock} alone, for changes that touch no conversation. Nobody may ask for the first one after it. */
    public static void lockAccount(Transaction tx, UUID account) {
        tx.send("select pg_advisory_xact_lock(hashtextextended($1, 8))", account.toString());
    }

    /** A batch that is being recorded. Belongs to one transaction. */
    public final class Batch {
        private final Transaction tx;
        private final List<IdentifiedArrival> arrivals;
        private final KnownBefore before;
        private final Conversations.Known conversationsBefore;
        private final Place place;
        private final AccountScope scope;
        private final Mailbox mailbox;
        private final Instant now = clock.instant();
        private final Revisions revisions = new Revisions();
        private final Set<UUID> waiting = new LinkedHashSet<>();
        private MailEvent.Source source = MailEvent.Source.LIVE;

        private Batch(
                Transaction tx,
                UUID account,
                UUID organization,
                UUID mailbox,
                long uidValidity,
                List<IdentifiedArrival> arrivals) {
            this.tx = tx;
            this.arrivals = arrivals;
            Set<UUID> ids = new LinkedHashSet<>();
            arrivals.forEach(one -> ids.add(one.id()));
            KnownBefore.Asked asked = KnownBefore.ask(tx, account, organization, mailbox, ids);
            this.conversationsBefore = conversations.look(
                    tx,
                    organization,
                    arrivals.stream().map(IdentifiedArrival::joining).toList());
            this.before = asked.known();
            this.scope = before.scope();
            this.place = new Place(scope, mailbox, uidValidity);
            this.mailbox = scope.mailbox(mailbox);
        }

        /** Where the copies lie, as events name it. */
        public Place place() {
            return place;
        }

        /** Mailboxes that one of the messages is believed to lie in besides, and may have left just now. */
        public Set<UUID> mayHaveLeft() {
            return before.liesBesides(place, arrivals);
        }

        /** Whether the account has one of the messages, or had it. */
        public boolean knowsSome() {
            return before.knowsSome();
        }

        /**
         * Records the batch.
         *
         * @param said of moves and labels; new live messages say {@code live}
         */
        public void record(MailEvent.Source said) {
            if (arrivals.isEmpty()) {
                return;
            }
            source = said;
            Map<UUID, MessageRows.Known> known = before.messages();
            known.forEach((id, row) -> revisions.known(id, row.revision()));
            Map<UUID, IdentifiedArrival> fresh = new LinkedHashMap<>();
            arrivals.stream()
                    .filter(one -> !known.containsKey(one.id()))
                    .forEach(one -> fresh.putIfAbsent(one.id(), one));
            Map<UUID, UUID> conversationOf = new HashMap<>();
            known.forEach((id, row) -> conversationOf.put(id, row.conversation()));
            conversationOf.putAll(conversationsBefore.join(
                    fresh.values().stream().map(IdentifiedArrival::joining).toList()));
            CopyStates copies = before.copies();
            Set<UUID> seen = new LinkedHashSet<>(before.sighted());
            for (IdentifiedArrival one : arrivals) {
                tell(one, required(conversationOf, one.id()), copies, seen, known.keySet());
            }
            // What is small goes first: PostgreSQL writes it while the rest is put into words.
            storeCopies(fresh, known);
            sight(seen);
            store(fresh, conversationOf);
            settling.await(tx, scope.account(), waiting);
            revisions.write(tx);
        }

        private static UUID required(Map<UUID, UUID> conversationOf, UUID message) {
            UUID conversation = conversationOf.get(message);
            if (conversation == null) {
                throw new IllegalStateException("message " + message + " joined no conversation");
            }
            return conversation;
        }

        private void sight(Set<UUID> seen) {
            List<UUID> added =
                    seen.stream().filter(id -> !before.sighted().contains(id)).toList();
            if (!added.isEmpty()) {
                tx.send(
                        "insert into sighting (account_id, message_id) select $1, s.id from unnest($2::uuid[]) as s (id) "
                                + "on conflict do nothing",
                        scope.account(),
                        added.toArray(UUID[]::new));
            }
        }

        private void storeCopies(Map<UUID, IdentifiedArrival> fresh, Map<UUID, MessageRows.Known> known) {
            List<MessageRows.Placed> placed = new ArrayList<>();
            for (IdentifiedArrival one : arrivals) {
                MessageRows.Known stored = known.get(one.id());
                Instant messageAt = stored == null
                        ? fresh.getOrDefault(one.id(), one).arrival().internalDate()
                        : stored.deliveredAt();
                placed.add(new MessageRows.Placed(one.id(), one.arrival(), messageAt));
            }
            MessageRows.insertCopies(tx, scope, place.mailbox(), place.uidValidity(), placed, now);
        }

        /** Stores the messages that no account of the organization knew. */
        private void store(Map<UUID, IdentifiedArrival> fresh, Map<UUID, UUID> conversationOf) {
            List<MessageRows.Fresh> rows = new ArrayList<>();
            fresh.forEach((id, one) ->
                    rows.add(new MessageRows.Fresh(one, required(conversationOf, id), revisions.written(id))));
            MessageRows.insert(tx, scope.organization(), rows);
        }

        private void tell(
                IdentifiedArrival one, UUID conversation, CopyStates copies, Set<UUID> seen, Set<UUID> knownBefore) {
            UUID id = one.id();
            CopyStates.View before = copies.view(id, scope.mailboxes());
            List<CopyStates.Copy> vanished = copies.vanished(id);
            boolean sameCopy = Stream.concat(vanished.stream(), copies.present(id).stream())
                    .anyMatch(copy -> place.isOf(copy, one.arrival().uid()));
            if (sameCopy) {
                cameBack(one, copies);
                return;
            }
            boolean layHere = copies.liesIn(id, place.mailbox());
            CopyStates.Copy from = copies.missing(id);
            copies.add(copyOf(one));
            if (this.before.waiting().contains(id) || waiting.contains(id)) {
                // It is told where it lies when it has settled.
                // But of what is missing among the sent mail somebody may have been told.
                vanished.stream()
                        .filter(gone -> gone.mailbox().equals(place.mailbox())
                                || scope.mailbox(gone.mailbox()).role() != MailboxRole.SENT)
                        .forEach(gone -> forget(gone, copies));
                settling.found(tx, scope.account(), id, mailbox.role() == MailboxRole.SENT && !layHere);
                return;
            }
            // A sent message and the copy of it that the sender receives are two pieces of news.
            boolean sentFolder = mailbox.role() == MailboxRole.SENT;
            // What lies elsewhere and in the archive too is no news: All Mail of Gmail has everything.
            boolean alsoArchived = mailbox.role() == MailboxRole.ARCHIVE && before != null && !seen.contains(id);
            // Who was told that it is gone has forgotten it: it is told with its content.
            boolean returned = before == null && this.before.gone().contains(id);
            Instant delivered = one.arrival().internalDate();
            boolean isNew = one.arrival().live()
                    && !(returned && seen.contains(id)
                            ? this.before.isOldForAReturn(delivered, now)
                            : this.before.isOld(delivered));
            if (from != null && (from.mailbox().equals(place.mailbox()) || !copies.hasTwin(from))) {
                moved(one, conversation, copies, from, before);
            } else if (from != null) {
                forget(from, copies);
                seenAgain(one, conversation, copies, before, layHere);
            } else if ((seen.contains(id) && !returned) || (sentFolder && before != null) || alsoArchived) {
                seenAgain(one, conversation, copies, before, layHere);
            } else if (isNew && settles(one.arrival())) {
                waiting.add(id);
            } else if (isNew) {
                received(one, conversation, copies);
            } else if (knownBefore.contains(id) && !returned) {
                linked(one, conversation, copies, MailEvent.Source.IMPORT);
            } else {
                imported(one, conversation, copies);
            }
            if (!sentFolder && !alsoArchived) {
                seen.add(id);
            }
        }

        /** Whether the provider may still file it elsewhere. */
        private boolean settles(Arrival arrival) {
            return mailbox.role() == MailboxRole.INBOX
                    && settling.waits(this.before.providerFilesAt(), arrival.internalDate());
        }

        private CopyStates.Copy copyOf(IdentifiedArrival one) {
            Arrival arrival = one.arrival();
            return new CopyStates.Copy(
                    one.id(),
                    place.mailbox(),
                    place.uidValidity(),
                    arrival.uid(),
                    Flags.has(arrival.flags(), Flags.SEEN),
                    Flags.has(arrival.flags(), Flags.FLAGGED),
                    now,
                    null);
        }

        /** Its row is there, perhaps as missing; its flags are as they were read before, and changes of them are seen by the next look. */
        private void cameBack(IdentifiedArrival one, CopyStates copies) {
            copies.all(one.id()).stream()
                    .filter(copy -> place.isOf(copy, one.arrival().uid()) && !copy.present())
                    .forEach(copy -> {
                        copies.remove(copy);
                        copies.add(copy.thereAgain());
                    });
        }

        private void moved(
                IdentifiedArrival one,
                UUID conversation,
                CopyStates copies,
                CopyStates.Copy from,
                CopyStates.@Nullable View told) {
            forget(from, copies);
            MailEvent.Source cause =
                    OwnActions.causeOf(tx, scope.account(), one.id(), from.mailbox(), place.mailbox(), source);
            settling.moved(tx, scope, from, mailbox, cause);
            if (!from.mailbox().equals(place.mailbox())) {
                MailEvents.moved(
                        tx,
                        scope,
                        one.id(),
                        conversation,
                        revisions.next(one.id()),
                        from.mailbox(),
                        place.mailbox(),
                        cause);
            }
            CopyStates.View after = copies.view(one.id(), scope.mailboxes());
            CopyStates.View known = told == null ? null : told.without(scope.mailbox(from.mailbox()), mailbox);
            if (after != null && !after.equals(known)) {
                MailEvents.updated(tx, scope, one.id(), conversation, revisions.next(one.id()), after, cause);
            }
        }

        private void forget(CopyStates.Copy from, CopyStates copies) {
            copies.remove(from);
            tx.send(
                    "delete from copy where mailbox_id = $1 and uid_validity = $2 and uid = $3",
                    from.mailbox(),
                    from.uidValidity(),
                    from.uid());
        }

        /** @param layHere whether the mailbox had a copy already: a second one is no news */
        private void seenAgain(
                IdentifiedArrival one,
                UUID conversation,
                CopyStates copies,
                CopyStates.@Nullable View before,
                boolean layHere) {
            if (before == null) {
                linked(one, conversation, copies, source);
                return;
            }
            CopyStates.View after = copies.view(one.id(), scope.mailboxes());
            boolean elsewhere = !layHere && MailEvents.tellsOf(mailbox);
            boolean different = after != null && !after.equals(before);
            if (!elsewhere && !different) {
                return;
            }
            MailEvent.Source cause = OwnActions.causeOf(tx, scope.account(), one.id(), null, place.mailbox(), source);
            if (elsewhere) {
                MailEvents.linked(tx, scope, one.id(), conversation, revisions.next(one.id()), mailbox, cause);
            }
            if (after != null && different) {
                MailEvents.updated(tx, scope, one.id(), conversation, revisions.next(one.id()), after, cause);
            }
        }

        private void received(IdentifiedArrival one, UUID conversation, CopyStates copies) {
            MailEvents.received(
                    tx, scope, one, conversation, revisions.next(one.id()), mailbox, viewOf(one.id(), copies));
        }

        private void imported(IdentifiedArrival one, UUID conversation, CopyStates copies) {
            MailEvents.imported(
                    tx, scope, one, conversation, revisions.next(one.id()), mailbox, viewOf(one.id(), copies));
        }

        private CopyStates.View viewOf(UUID arrived, CopyStates copies) {
            CopyStates.View view = copies.view(arrived, scope.mailboxes());
            if (view == null) {
                throw new IllegalStateException("the copy that arrived is not there");
            }
            return view;
        }

        /** The event does not say how the account sees the message: the next one does. */
        private void linked(IdentifiedArrival one, UUID conversation, CopyStates copies, MailEvent.Source why) {
            MailEvents.linked(tx, scope, one.id(), conversation, revisions.next(one.id()), mailbox, why);
            CopyStates.View view = copies.view(one.id(), scope.mailboxes());
            if (view != null) {
                MailEvents.updated(tx, scope, one.id(), conversation, revisions.next(one.id()), view, why);
            }
        }
    }
}

package dev.mailroom.sync.message;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.sync.database.Sql;
import dev.mailroom.sync.database.Transaction;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Changes of copies that are known: flags, disappearance, moves. Each tells what it makes of the message, once. */
@Singleton
public class CopyChanges {
    /** Vanished copies that are settled in one transaction. */
    private static final int SETTLE_MAX = 500;

    private final Settling settling;
    private final Clock clock;

    @Inject
    public CopyChanges(Settling settling, Clock clock) {
        this.settling = settling;
        this.clock = clock;
    }

    /** New flags of one copy. */
    public record FlagChange(long uid, Set<String> flags, long modSeq) {}

    /**
     * Writes new flags and tells of the messages that became read, unread, flagged or unflagged.
     *
     * <p>While the team's own wish to mark a message is not done, the server's contrary word on it is not taken over: it would be told, and
     * be taken back a moment later.
     */
    public void flags(Transaction tx, Arrivals.Place place, Collection<FlagChange> changes, MailEvent.Source source) {
        if (changes.isEmpty()) {
            return;
        }
        Arrivals.lockAccount(tx, place.scope().account());
        Map<Long, Here> here =
                copiesOf(tx, place, changes.stream().map(FlagChange::uid).toArray(Long[]::new));
        Set<UUID> messages = messagesOf(here);
        Map<UUID, Boolean> wished = OwnActions.wishedSeen(tx, place.scope().account(), messages);
        List<FlagChange> taken = changes.stream()
                .map(change -> unlessWished(change, here, wished))
                .toList();
        tellDifference(
                tx,
                place.scope(),
                messages,
                source,
                () -> tx.execute(
                        """
                update copy set flags = string_to_array(f.flags, ' '), seen = '\\Seen' = any(string_to_array(f.flags, ' ')),
                       flagged = '\\Flagged' = any(string_to_array(f.flags, ' ')), modseq = greatest(copy.modseq, f.modseq)
                from unnest($3::bigint[], $4::text[], $5::bigint[]) as f (uid, flags, modseq)
                where copy.mailbox_id = $1 and copy.uid_validity = $2 and copy.uid = f.uid
                """,
                        place.mailbox(),
                        place.uidValidity(),
                        taken.stream().map(FlagChange::uid).toArray(Long[]::new),
                        taken.stream()
                                .map(change -> Flags.joined(change.flags()))
                                .toArray(String[]::new),
                        taken.stream().map(FlagChange::modSeq).toArray(Long[]::new)));
    }

    private static FlagChange unlessWished(FlagChange change, Map<Long, Here> here, Map<UUID, Boolean> wished) {
        Here copy = here.get(change.uid());
        Boolean wish = copy == null ? null : wished.get(copy.message());
        boolean said = Flags.has(change.flags(), Flags.SEEN);
        if (copy == null || wish == null || said == wish || said == copy.seen()) {
            return change;
        }
        Set<String> kept = new HashSet<>(change.flags());
        kept.removeIf(Flags.SEEN::equalsIgnoreCase);
        if (copy.seen()) {
            kept.add(Flags.SEEN);
        }
        return new FlagChange(change.uid(), kept, change.modSeq());
    }

    /** Adds or removes one flag of copies, as we did on the server. */
    public void flag(
            Transaction tx,
            Arrivals.Place place,
            Collection<Long> uids,
            String flag,
            boolean add,
            MailEvent.Source source) {
        Long[] numbers = uids.toArray(Long[]::new);
        Arrivals.lockAccount(tx, place.scope().account());
        Set<UUID> messages = messagesOf(copiesOf(tx, place, numbers));
        tellDifference(
                tx,
                place.scope(),
                messages,
                source,
                () -> tx.execute("""
                update copy set flags = case when $5 then array_append(array_remove(flags, $4), $4) else array_remove(flags, $4) end,
                       seen = case when $4 = '\\Seen' then $5 else seen end,
                       flagged = case when $4 = '\\Flagged' then $5 else flagged end
                where mailbox_id = $1 and uid_validity = $2 and uid = any($3)
                """, place.mailbox(), place.uidValidity(), numbers, flag, add));
    }

    /** Marks copies as missing; what becomes of them is decided by {@link #settle} or by an arrival elsewhere. */
    public void vanish(Transaction tx, Arrivals.Place place, Collection<Long> uids) {
        if (!uids.isEmpty()) {
            Arrivals.lockAccount(tx, place.scope().account());
            tx.execute(
                    "update copy set vanished_at = $4 where mailbox_id = $1 and uid_validity = $2 and uid = any($3) "
                            + "and vanished_at is null",
                    place.mailbox(),
                    place.uidValidity(),
                    uids.toArray(Long[]::new),
                    clock.instant().atOffset(ZoneOffset.UTC));
        }
    }

    /** Copies that were missing and are there again were never gone. */
    public void reappear(Transaction tx, Arrivals.Place place, Collection<Long> uids) {
        if (!uids.isEmpty()) {
            Arrivals.lockAccount(tx, place.scope().account());
            tx.execute(
                    "update copy set vanished_at = null where mailbox_id = $1 and uid_validity = $2 and uid = any($3)",
                    place.mailbox(),
                    place.uidValidity(),
                    uids.toArray(Long[]::new));
        }
    }

    /**
     * Decides what became of copies that vanished before a moment: a move, if the account got another copy of the message about then;
     * else a deletion. What an open command of ours may have taken away waits for that command.
     *
     * @param moveWindow how long before the disappearance the other copy may have come
     * @return how many were decided; when it is many, there may be more
     */
    public int settle(Transaction tx, AccountScope scope, Instant before, Duration moveWindow) {
        if (vanished(tx, scope.account(), before).isEmpty()) {
            return 0;
        }
        Arrivals.lock(tx, scope.organization(), scope.account());
        // Again: while the lock was waited for, an arrival may have found out about some.
        List<CopyStates.Copy> vanished = vanished(tx, scope.account(), before);
        Set<UUID> messages = new HashSet<>();
        vanished.forEach(copy -> messages.add(copy.message()));
        Map<UUID, MessageRows.Known> known = MessageRows.known(tx, scope.organization(), messages);
        Revisions revisions = new Revisions();
        known.forEach((id, row) -> revisions.known(id, row.revision()));
        CopyStates copies = CopyStates.load(tx, scope.account(), messages);
        delete(tx, vanished);
        Set<UUID> held = heldElsewhere(tx, scope.account(), messages);
        Set<CopyStates.Copy> claimed = new HashSet<>();
        Set<UUID> waiting = settling.waiting(tx, scope.account(), messages);
        Set<UUID> untoldInSent = waiting.isEmpty() ? Set.of() : Settling.untoldInSent(tx, scope.account(), waiting);
        for (CopyStates.Copy gone : vanished) {
            MessageRows.Known message = known.get(gone.message());
            if (waiting.contains(gone.message())) {
                if (message != null && isToldInSent(scope, gone, copies, untoldInSent)) {
                    boolean last = !held.contains(gone.message())
                            && copies.present(gone.message()).isEmpty();
                    settleOne(tx, scope, gone, null, message, copies, revisions, last);
                }
                copies.remove(gone);
                continue;
            }
            if (message == null || !scope.mailboxes().containsKey(gone.mailbox())) {
                continue;
            }
            // With a twin beside it the message lies where it lay: nothing moved, and nothing is deleted.
            CopyStates.Copy target = copies.hasTwin(gone) ? null : targetOf(gone, copies, claimed, moveWindow);
            if (target != null) {
                claimed.add(target);
            } else if (!copies.hasTwin(gone)) {
                target = archiveOf(gone, copies, scope);
            }
            // Another one that is missing may be there again, or is told later: of the last one it is said that it is
            // the last.
            boolean last =
                    !held.contains(gone.message()) && copies.all(gone.message()).size() == 1;
            settleOne(tx, scope, gone, target, message, copies, revisions, last);
        }
        settling.forgetGone(tx, scope, waiting, copies);
        revisions.write(tx);
        return vanished.size();
    }

    /** Whether a copy among the sent mail was told of although its message waits: it was sent before it was received. */
    private static boolean isToldInSent(
            AccountScope scope, CopyStates.Copy gone, CopyStates copies, Set<UUID> untoldInSent) {
        return scope.mailboxes().containsKey(gone.mailbox())
                && scope.mailbox(gone.mailbox()).role() == MailboxRole.SENT
                && !untoldInSent.contains(gone.message())
                && !copies.hasTwin(gone);
    }

    private static List<CopyStates.Copy> vanished(Sql sql, UUID account, Instant before) {
        return sql.list(CopyStates::copyOf, """
                select message_id, mailbox_id, uid_validity, uid, seen, flagged, created_at, vanished_at from copy
                where account_id = $1 and vanished_at < $2
                and not exists (select 1 from command where command.account_id = $1 and state = 'sent' and source_mailbox = mailbox_id
                                and source_uid_validity = uid_validity and source_uid = uid)
                order by vanished_at, mailbox_id, uid limit $3
                """, account, before.atOffset(ZoneOffset.UTC), SETTLE_MAX);
    }

    private void settleOne(
            Transaction tx,
            AccountScope scope,
            CopyStates.Copy gone,
            CopyStates.@Nullable Copy target,
            MessageRows.Known message,
            CopyStates copies,
            Revisions revisions,
            boolean last) {
        UUID id = gone.message();
        CopyStates.View told = copies.view(id, scope.mailboxes());
        copies.remove(gone);
        if (target != null) {
            MailEvent.Source cause = OwnActions.causeOf(
                    tx, scope.account(), id, gone.mailbox(), target.mailbox(), MailEvent.Source.LIVE);
            settling.moved(tx, scope, gone, scope.mailbox(target.mailbox()), cause);
            MailEvents.moved(
                    tx, scope, id, message.conversation(), revisions.next(id), gone.mailbox(), target.mailbox(), cause);
            told = told == null ? null : told.without(scope.mailbox(gone.mailbox()), scope.mailbox(target.mailbox()));
        } else if (copies.all(id).stream().noneMatch(copy -> copy.mailbox().equals(gone.mailbox()))) {
            // A second copy in the same mailbox is no news: the message still lies there.
            MailEvents.deleted(
                    tx,
                    scope,
                    id,
                    message.conversation(),
                    revisions.next(id),
                    gone.mailbox(),
                    last,
                    MailEvent.Source.LIVE);
            told = told == null ? null : told.without(scope.mailbox(gone.mailbox()), null);
        }
        CopyStates.View left = copies.view(id, scope.mailboxes());
        if (left != null && !left.equals(told)) {
            MailEvents.updated(tx, scope, id, message.conversation(), revisions.next(id), left, MailEvent.Source.LIVE);
        }
    }

    private static CopyStates.@Nullable Copy targetOf(
            CopyStates.Copy gone, CopyStates copies, Set<CopyStates.Copy> claimed, Duration moveWindow) {
        Instant vanishedAt = gone.vanishedAt();
        Instant earliest = (vanishedAt == null ? gone.createdAt() : vanishedAt).minus(moveWindow);
        return copies.present(gone.message()).stream()
                .filter(copy -> !copy.mailbox().equals(gone.mailbox()))
                // Nothing moves to where it lay before: that was a label, which is gone.
                .filter(copy -> !copy.createdAt().isBefore(gone.createdAt()))
                .filter(copy -> !copy.createdAt().isBefore(earliest) && !claimed.contains(copy))
                .findFirst()
                .orElse(null);
    }

    /** Where the archive has everything, as All Mail of Gmail, what leaves INBOX lies there already. */
    private static CopyStates.@Nullable Copy archiveOf(CopyStates.Copy gone, CopyStates copies, AccountScope scope) {
        if (scope.mailbox(gone.mailbox()).role() != MailboxRole.INBOX) {
            return null;
        }
        return copies.present(gone.message()).stream()
                .filter(copy -> scope.mailboxes().containsKey(copy.mailbox()))
                .filter(copy -> scope.mailbox(copy.mailbox()).role() == MailboxRole.ARCHIVE)
                .findFirst()
                .orElse(null);
    }

    /** Those of which another account of the organization has a copy, or has not decided yet that it is gone. */
    private static Set<UUID> heldElsewhere(Sql sql, UUID account, Set<UUID> messages) {
        return new HashSet<>(sql.list(
                row -> row.getUUID("message_id"),
                "select distinct c.message_id from copy c join account a on a.id = c.account_id "
                        + "where c.message_id = any($1) and c.account_id <> $2 and not a.removed",
                messages.toArray(UUID[]::new),
                account));
    }

    private static void delete(Transaction tx, List<CopyStates.Copy> copies) {
        tx.execute(
                """
                delete from copy using unnest($1::uuid[], $2::bigint[], $3::bigint[]) as d (mailbox_id, uid_validity, uid)
                where copy.mailbox_id = d.mailbox_id and copy.uid_validity = d.uid_validity and copy.uid = d.uid
                """,
                copies.stream().map(CopyStates.Copy::mailbox).toArray(UUID[]::new),
                copies.stream().map(CopyStates.Copy::uidValidity).toArray(Long[]::new),
                copies.stream().map(CopyStates.Copy::uid).toArray(Long[]::new));
    }

    /** What a copy is of, and whether it is stored as read. */
    private record Here(UUID message, boolean seen) {}

    private static Map<Long, Here> copiesOf(Sql sql, Arrivals.Place place, Long[] uids) {
        Map<Long, Here> copies = new HashMap<>();
        for (Row row : sql.query(
                "select uid, message_id, seen from copy where mailbox_id = $1 and uid_validity = $2 and uid = any($3)",
                place.mailbox(),
                place.uidValidity(),
                uids)) {
            copies.put(row.getLong("uid"), new Here(row.getUUID("message_id"), row.getBoolean("seen")));
        }
        return copies;
    }

    private static Set<UUID> messagesOf(Map<Long, Here> copies) {
        Set<UUID> messages = new HashSet<>();
        copies.values().forEach(copy -> messages.add(copy.message()));
        return messages;
    }

    /** Runs a change and tells of the messages that the account sees differently afterwards. */
    void tellDifference(
            Transaction tx, AccountScope scope, Set<UUID> messages, MailEvent.Source source, Runnable change) {
        // Another connection of the account may tell of the same messages: two events must not get one number.
        Arrivals.lockAccount(tx, scope.account());
        CopyStates before = CopyStates.load(tx, scope.account(), messages);
        change.run();
        CopyStates after = CopyStates.load(tx, scope.account(), messages);
        List<UUID> touched = messages.stream()
                .filter(message -> !before.all(message).equals(after.all(message)))
                .toList();
        if (touched.isEmpty()) {
            return;
        }
        Settling.Told told = settling.told(tx, scope, touched);
        Map<UUID, CopyStates.View> views = new HashMap<>();
        for (UUID message : touched) {
            CopyStates.View view = told.view(after, message);
            if (view != null && !view.equals(told.view(before, message))) {
                views.put(message, view);
            }
        }
        List<UUID> different = new ArrayList<>(views.keySet());
        different.sort(null);
        Map<UUID, MessageRows.Known> known = MessageRows.known(tx, scope.organization(), different);
        Revisions revisions = new Revisions();
        known.forEach((id, row) -> revisions.known(id, row.revision()));
        for (UUID message : different) {
            MessageRows.Known row = known.get(message);
            CopyStates.View view = views.get(message);
            if (row != null && view != null) {
                MailEvents.updated(tx, scope, message, row.conversation(), revisions.next(message), view, source);
            }
        }
        revisions.write(tx);
    }
}

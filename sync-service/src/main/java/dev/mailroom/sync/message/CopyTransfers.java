package dev.mailroom.sync.message;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.Mailbox;
import dev.mailroom.sync.database.Sql;
import dev.mailroom.sync.database.Transaction;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Writes what a command of ours did on the server, so that the next look finds it as it should be and tells nothing again. */
@Singleton
public class CopyTransfers {
    private final CopyChanges changes;
    private final Clock clock;

    @Inject
    public CopyTransfers(CopyChanges changes, Clock clock) {
        this.changes = changes;
        this.clock = clock;
    }

    /** The source copy has another beside it now. */
    public void copied(Transaction tx, Arrivals.Place from, long uid, UUID message, Arrivals.Place to, long newUid) {
        Arrivals.lockAccount(tx, from.scope().account());
        CopyStates copies = CopyStates.load(tx, from.scope().account(), Set.of(message));
        beside(tx, from.scope(), message, copies, to.mailbox(), () -> insert(tx, from, uid, to, newUid));
    }

    /** Runs a change that puts the message into one more mailbox, and tells of it. */
    private void beside(Transaction tx, AccountScope scope, UUID message, CopyStates before, UUID to, Runnable change) {
        Mailbox mailbox = scope.mailbox(to);
        if (!before.liesIn(message, to) && MailEvents.tellsOf(mailbox)) {
            MessageRows.Known row = MessageRows.known(tx, scope.organization(), List.of(message))
                    .get(message);
            if (row != null) {
                Revisions revisions = new Revisions();
                revisions.known(message, row.revision());
                MailEvents.linked(
                        tx,
                        scope,
                        message,
                        row.conversation(),
                        revisions.next(message),
                        mailbox,
                        MailEvent.Source.COMMAND);
                revisions.write(tx);
            }
        }
        changes.tellDifference(tx, scope, Set.of(message), MailEvent.Source.COMMAND, change);
    }

    /** The source copy is in another mailbox now. */
    public void moved(Transaction tx, Arrivals.Place from, long uid, UUID message, Arrivals.Place to, long newUid) {
        Arrivals.lockAccount(tx, from.scope().account());
        CopyStates copies = CopyStates.load(tx, from.scope().account(), Set.of(message));
        if (isTwin(copies, message, from.mailbox())) {
            beside(tx, from.scope(), message, copies, to.mailbox(), () -> {
                insert(tx, from, uid, to, newUid);
                delete(tx, from, uid);
            });
            return;
        }
        insert(tx, from, uid, to, newUid);
        delete(tx, from, uid);
        Map<UUID, MessageRows.Known> known = MessageRows.known(tx, from.scope().organization(), List.of(message));
        MessageRows.Known row = known.get(message);
        if (row != null) {
            tellMoved(tx, from, message, row, to.mailbox());
        }
    }

    private static void tellMoved(Transaction tx, Arrivals.Place from, UUID message, MessageRows.Known row, UUID to) {
        Revisions revisions = new Revisions();
        revisions.known(message, row.revision());
        MailEvents.moved(
                tx,
                from.scope(),
                message,
                row.conversation(),
                revisions.next(message),
                from.mailbox(),
                to,
                MailEvent.Source.COMMAND);
        revisions.write(tx);
    }

    /** The source copy is gone, and the message lives on in others: a label less, or one place less than it lay in. */
    public void removed(Transaction tx, Arrivals.Place from, long uid, UUID message) {
        AccountScope scope = from.scope();
        Arrivals.lockAccount(tx, scope.account());
        CopyStates copies = CopyStates.load(tx, scope.account(), Set.of(message));
        boolean lastHere = !isTwin(copies, message, from.mailbox());
        MessageRows.Known row =
                MessageRows.known(tx, scope.organization(), List.of(message)).get(message);
        if (row != null && lastHere && scope.mailbox(from.mailbox()).role() != null) {
            // No label says that it lies there no more.
            copies.present(message).stream()
                    .map(CopyStates.Copy::mailbox)
                    .filter(mailbox -> !mailbox.equals(from.mailbox()))
                    .min(Comparator.comparing(mailbox -> scope.mailbox(mailbox).role() == null))
                    .ifPresent(to -> tellMoved(tx, from, message, row, to));
        }
        taken(tx, from, uid, message);
    }

    /** The server took this copy together with another one, whose way was told. */
    public void taken(Transaction tx, Arrivals.Place from, long uid, UUID message) {
        changes.tellDifference(
                tx, from.scope(), Set.of(message), MailEvent.Source.COMMAND, () -> delete(tx, from, uid));
    }

    /** Whether the mailbox holds more than one copy: without one of them the message lies there still. */
    private static boolean isTwin(CopyStates copies, UUID message, UUID mailbox) {
        return copies.all(message).stream()
                        .filter(copy -> copy.mailbox().equals(mailbox))
                        .count()
                > 1;
    }

    private static void delete(Transaction tx, Arrivals.Place from, long uid) {
        tx.execute(
                "delete from copy where mailbox_id = $1 and uid_validity = $2 and uid = $3",
                from.mailbox(),
                from.uidValidity(),
                uid);
    }

    /** Whether a look missed a copy, and it is not decided yet what became of it. */
    public static boolean isMissing(Sql sql, UUID mailbox, long uidValidity, long uid, UUID message) {
        return sql.first(
                        "select 1 from copy where mailbox_id = $1 and uid_validity = $2 and uid = $3 and message_id = $4 "
                                + "and vanished_at is not null",
                        mailbox,
                        uidValidity,
                        uid,
                        message)
                .isPresent();
    }

    /**
     * One message that the last look counted is taken out of a mailbox, so that the next one finds as many as it expects; to be called while
     * its copy is stored. One that is missing is counted no more: another connection has seen that it went.
     */
    public void leaves(Transaction tx, Arrivals.Place from, long uid) {
        Arrivals.lockAccount(tx, from.scope().account());
        tx.execute("""
                update mailbox set messages = messages - 1
                where id = $1 and uid_validity = $2 and uid_next > $3 and messages > 0
                  and exists (select 1 from copy where mailbox_id = $1 and uid_validity = $2 and uid = $3 and vanished_at is null)
                """, from.mailbox(), from.uidValidity(), uid);
    }

    private void insert(Transaction tx, Arrivals.Place from, long uid, Arrivals.Place to, long newUid) {
        tx.execute(
                """
                insert into copy (mailbox_id, uid_validity, uid, account_id, message_id, flags, seen, flagged, internal_date, created_at,
                                  message_at)
                select $4, $5, $6, account_id, message_id, flags, seen, flagged, internal_date, $7, message_at from copy
                where mailbox_id = $1 and uid_validity = $2 and uid = $3
                on conflict do nothing
                """,
                from.mailbox(),
                from.uidValidity(),
                uid,
                to.mailbox(),
                to.uidValidity(),
                newUid,
                clock.instant().atOffset(ZoneOffset.UTC));
        // Its UID is one that the last look of the target did not know yet: the next one counts it. If another
        // connection has looked there
        // since, nobody knows whether it has counted it: somebody may have taken it away before.
        tx.execute(
                "update mailbox set messages = -1 where id = $1 and uid_validity = $2 and uid_next > $3 and messages >= 0",
                to.mailbox(),
                to.uidValidity(),
                newUid);
    }
}

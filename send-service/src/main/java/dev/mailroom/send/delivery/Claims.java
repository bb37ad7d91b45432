package dev.mailroom.send.delivery;

import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.outbox.Outbox;
import dev.mailroom.outbox.Transactions;
import dev.mailroom.send.account.Accounts;
import dev.mailroom.send.outgoing.AttemptRow;
import dev.mailroom.send.outgoing.MimeRow;
import dev.mailroom.send.outgoing.OutgoingRepository;
import dev.mailroom.send.outgoing.OutgoingRow;
import dev.mailroom.send.outgoing.OutgoingState;
import dev.mailroom.send.outgoing.RecipientRow;
import dev.mailroom.send.outgoing.SendEvents;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Claims, renews, marks and recovers: the SQL that decides who may deliver what. Every method blocks; for virtual threads.
 *
 * <p>Leases are measured by the clock of the database, so that replicas need not agree on the time.
 */
@ApplicationScoped
class Claims {
    /** Expired claims recovered in one transaction. */
    static final int RECOVERED_MAX = 100;

    /** Accounts with due mail that one claim looks at. */
    private static final int CANDIDATES_MAX = 200;

    private static final String NO_HOST = "";

    private static final String WAITING = "o.state in ('scheduled', 'queued', 'deferred', 'partially_accepted')";

    // The account's row is locked, so that two replicas never look at one account at the same time; the unique index on
    // the account's
    // message in state "sending" is the second lock on the door. One message for each host in one pass keeps the count
    // for the host exact.
    private static final String CLAIM = """
            with due as (
                select o.account_id, min(o.next_attempt_at) as at
                from outgoing o join accounts a on a.id = o.account_id
                where %1$s and o.next_attempt_at <= :now
                  and not a.paused and not a.removed and a.refusals < %2$d and a.smtp_host not in (:busy)
                  and not exists (select 1 from outgoing s where s.account_id = o.account_id and s.state = 'sending')
                group by o.account_id
                order by at
                limit %3$d
            ), locked as (
                select a.id, a.smtp_host, due.at
                from accounts a join due on due.account_id = a.id
                for update of a skip locked
            ), ranked as (
                select id, at, row_number() over (partition by smtp_host order by at, id) as place from locked
            ), picked as (
                select (select o.id from outgoing o
                        where o.account_id = r.id and %1$s and o.next_attempt_at <= :now
                        order by o.next_attempt_at, o.id limit 1) as id
                from ranked r where r.place = 1 order by r.at limit :most
            )
            update outgoing o
            set state = 'sending', phase = 'claimed', epoch = o.epoch + 1, attempts = o.attempts + 1, claimed_by = :me,
                lease_until = now() + cast(:lease as bigint) * interval '1 millisecond', updated_at = :now
            from picked where o.id = picked.id and %1$s
            returning o.*
            """.formatted(WAITING, Accounts.REFUSALS_MAX, CANDIDATES_MAX);

    private static final String RENEW = """
            update outgoing set lease_until = now() + cast(:lease as bigint) * interval '1 millisecond'
            where id in (:ids) and claimed_by = :me and state = 'sending' and lease_until > now()
            returning id
            """;

    private static final String MARK = """
            with held as (
                update outgoing set phase = :phase
                where id = :id and epoch = :epoch and state = 'sending' and lease_until > now()
                returning id
            )
            update delivery_attempts set phase = :phase where id = :attempt and exists (select 1 from held)
            """;

    private static final String EXPIRED = """
            select * from outgoing where state = 'sending' and lease_until < now()
            order by id limit %d for update skip locked
            """.formatted(RECOVERED_MAX);

    private static final Set<String> AT_OR_AFTER_THE_DOT = Set.of("dot", "accepted");

    private final Transactions transactions;
    private final OutgoingRepository repository;
    private final Accounts accounts;
    private final Outbox outbox;
    private final SendEvents events;
    private final Outcomes outcomes;
    private final Clock clock;
    private final Duration lease;

    Claims(
            Transactions transactions,
            OutgoingRepository repository,
            Accounts accounts,
            Outbox outbox,
            SendEvents events,
            Outcomes outcomes,
            Clock clock,
            DeliveryConfig config) {
        this.transactions = transactions;
        this.repository = repository;
        this.accounts = accounts;
        this.outbox = outbox;
        this.events = events;
        this.outcomes = outcomes;
        this.clock = clock;
        this.lease = config.lease();
    }

    /**
     * Claims due messages, at most one for each account and host.
     *
     * @param busyHosts hosts that get nothing now
     */
    List<Claim> claim(UUID replica, int most, Set<String> busyHosts) {
        // An empty list is not SQL.
        Set<String> busy = new HashSet<>(busyHosts);
        busy.add(NO_HOST);
        Instant now = clock.instant();
        return transactions.inTransaction(session -> session.createNativeQuery(CLAIM, OutgoingRow.class)
                .setParameter("now", now)
                .setParameter("busy", busy)
                .setParameter("most", most)
                .setParameter("me", replica)
                .setParameter("lease", lease.toMillis())
                .getResultList()
                .chain(rows -> claims(session, rows, now)));
    }

    /** The ids among these that this replica still holds, now for another lease. */
    Set<UUID> renew(UUID replica, Collection<UUID> held) {
        return transactions.inTransaction(session -> session.createNativeQuery(RENEW, UUID.class)
                .setParameter("lease", lease.toMillis())
                .setParameter("ids", held)
                .setParameter("me", replica)
                .getResultList()
                .map(Set::copyOf));
    }

    /**
     * Stores that a phase is about to begin.
     *
     * @throws ClaimLostException if the claim is not ours any more
     */
    void mark(Claim claim, String phase) {
        int marked = transactions.inTransaction(session -> session.createNativeQuery(MARK)
                .setParameter("phase", phase)
                .setParameter("id", claim.outgoing())
                .setParameter("epoch", claim.epoch())
                .setParameter("attempt", AttemptRow.id(claim.outgoing(), claim.attempt()))
                .executeUpdate());
        if (marked == 0) {
            throw new ClaimLostException();
        }
    }

    /** Ends the claims whose owner is gone: tries them again, or admits that nobody knows. @return how many */
    int recover() {
        return transactions.inTransaction(session -> session.createNativeQuery(EXPIRED, OutgoingRow.class)
                .getResultList()
                .chain(rows -> {
                    Uni<Void> recovered = Uni.createFrom().voidItem();
                    for (OutgoingRow row : rows) {
                        recovered = recovered.chain(() -> recover(session, row));
                    }
                    return recovered.replaceWith(rows.size());
                }));
    }

    private Uni<Void> recover(Mutiny.Session session, OutgoingRow row) {
        Instant now = clock.instant();
        boolean perhapsSent = row.phase != null && AT_OR_AFTER_THE_DOT.contains(row.phase);
        UUID attempt = AttemptRow.id(row.id, row.attempts);
        return repository
                .recipients(session, List.of(row.id))
                .chain(recipients -> session.find(AttemptRow.class, attempt).chain(found -> {
                    if (found != null) {
                        found.finishedAt = now;
                        found.outcome = perhapsSent ? "unknown" : "deferred";
                        found.reason = Outcomes.SENDER_LOST;
                    }
                    List<CloudEvent<?>> told = new ArrayList<>();
                    if (perhapsSent) {
                        row.become(OutgoingState.UNKNOWN, Outcomes.SENDER_LOST, now);
                        row.nextAttemptAt = null;
                        told.add(events.unknown(row, Outcomes.SENDER_LOST));
                    } else {
                        outcomes.senderLost(row, recipients, told);
                    }
                    return session.flush().chain(() -> outbox.append(session, told));
                }));
    }

    /** What a message is while it waits for another attempt. */
    static OutgoingState waitingState(OutgoingRow row) {
        return row.acceptedAt == null ? OutgoingState.DEFERRED : OutgoingState.PARTIALLY_ACCEPTED;
    }

    private Uni<List<Claim>> claims(Mutiny.Session session, List<OutgoingRow> rows, Instant now) {
        List<Claim> claims = new ArrayList<>();
        Uni<Void> loaded = Uni.createFrom().voidItem();
        for (OutgoingRow row : rows) {
            loaded = loaded.chain(
                    () -> claim(session, row, now).invoke(claims::add).replaceWithVoid());
        }
        return loaded.chain(session::flush).replaceWith(claims);
    }

    private Uni<Claim> claim(Mutiny.Session session, OutgoingRow row, Instant now) {
        return session.persist(AttemptRow.of(row.id, row.attempts, row.epoch, now))
                .chain(() -> repository.recipients(session, List.of(row.id)))
                .chain(recipients -> session.find(MimeRow.class, row.id)
                        .chain(mime -> accounts.find(session, row.accountId)
                                .map(account -> new Claim(
                                        row.id,
                                        Objects.requireNonNull(account, "the account is locked"),
                                        row.epoch,
                                        row.attempts,
                                        row.envelopeFrom,
                                        recipients.stream()
                                                .filter(RecipientRow::open)
                                                .map(recipient -> recipient.address)
                                                .distinct()
                                                .toList(),
                                        mime.bytes()))));
    }
}

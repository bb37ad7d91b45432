package dev.mailroom.account.notice;

import com.fasterxml.uuid.NoArgGenerator;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Mails that wait, in the database. Stateless: the caller owns the session and therefore the transaction, so that a mail is planned with
 * the fact that it is about or not at all.
 */
@ApplicationScoped
public class SystemMails {
    /** Mails to one address for one purpose within a day: nobody can be flooded through us. */
    static final int TO_ONE_ADDRESS_PER_DAY_MAX = 10;

    /** How long a claimed mail belongs to its sender; far above the longest attempt. */
    static final Duration CLAIM = Duration.ofMinutes(10);

    /** Of attempts whose outcome nobody knows, one is repeated. */
    static final int DOUBTS_MAX = 2;

    private static final Logger LOG = Logger.getLogger(SystemMails.class);
    private static final Duration DAY = Duration.ofDays(1);

    /** Pauses after failed attempts; a mail that fails once more is given up, 22 h 21 min after the first attempt. */
    private static final List<Duration> PAUSES = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofHours(1),
            Duration.ofHours(3),
            Duration.ofHours(6),
            Duration.ofHours(12));

    private static final String RECENT = "select count(*) from SystemMailRow m where m.recipient = :recipient"
            + " and m.purpose = :purpose and m.organizationId = :organization and m.plannedAt > :after";
    private static final String CLAIM_NEXT =
            "select * from system_mails where state in ('ready', 'sending') and due_at <= :now"
                    + " order by due_at limit 1 for update skip locked";
    private static final String FILL_BUCKET =
            "insert into mail_bucket (tokens, counted_at) values (:most, :now) on conflict do nothing";
    private static final String TAKE_TOKEN = "update mail_bucket set counted_at = greatest(counted_at, :now), tokens ="
            + " least(:most, tokens + greatest(0, extract(epoch from (:now - counted_at))) * :rate) - 1"
            + " where least(:most, tokens + greatest(0, extract(epoch from (:now - counted_at))) * :rate) >= 1";
    private static final String PRUNE =
            "delete from system_mails where state in ('sent', 'uncertain', 'failed') and ended_at < :before";

    private final NoticeConfig config;
    private final NoArgGenerator ids;
    private final Clock clock;
    private final MeterRegistry metrics;

    SystemMails(NoticeConfig config, NoArgGenerator ids, Clock clock, MeterRegistry metrics) {
        this.config = config;
        this.ids = ids;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** Whether this installation sends mail at all. */
    public boolean isOn() {
        return config.host().isPresent();
    }

    /**
     * Plans a mail; it goes out within seconds of the commit, if the server takes it.
     *
     * @return its id; empty if the address got {@value #TO_ONE_ADDRESS_PER_DAY_MAX} of this purpose within a day
     * @throws IllegalStateException if this installation sends no mail
     */
    public Uni<Optional<UUID>> plan(Mutiny.Session session, SystemMail mail) {
        if (!isOn()) {
            throw new IllegalStateException("mailroom.notice.host is not set: no mail can be sent");
        }
        Instant now = clock.instant();
        return session.createSelectionQuery(RECENT, Long.class)
                .setParameter("recipient", mail.recipient())
                .setParameter("purpose", mail.purpose())
                .setParameter("organization", mail.organization())
                .setParameter("after", now.minus(DAY))
                .getSingleResult()
                .chain(recent -> {
                    if (recent >= TO_ONE_ADDRESS_PER_DAY_MAX) {
                        count(mail.purpose(), "over_limit");
                        return Uni.createFrom().item(Optional.<UUID>empty());
                    }
                    return write(session, mail).map(Optional::of);
                });
    }

    /** The same without a limit of its own. */
    Uni<UUID> write(Mutiny.Session session, SystemMail mail) {
        SystemMailRow row = SystemMailRow.of(ids.generate(), mail, clock.instant());
        return session.persist(row).chain(session::flush).replaceWith(row.id);
    }

    /** Claims the mail that waits longest, if one is due and the bucket has a token; empty otherwise. */
    Uni<Optional<SystemMailRow>> claim(Mutiny.Session session) {
        Instant now = clock.instant();
        return session.createNativeQuery(CLAIM_NEXT, SystemMailRow.class)
                .setParameter("now", Times.of(now))
                .getSingleResultOrNull()
                .chain(row -> {
                    if (row == null) {
                        return Uni.createFrom().item(Optional.<SystemMailRow>empty());
                    }
                    if (row.state.equals(SystemMailRow.SENDING)) {
                        // Its sender is dead: what it did is not known.
                        doubt(row, now, "sender_died");
                        count(row.purpose, row.state);
                        return session.flush().replaceWith(Optional.of(row));
                    }
                    return takeToken(session, now).chain(taken -> {
                        if (!taken) {
                            return Uni.createFrom().item(Optional.<SystemMailRow>empty());
                        }
                        row.state = SystemMailRow.SENDING;
                        row.attempts++;
                        row.dueAt = now.plus(CLAIM);
                        return session.flush().replaceWith(Optional.of(row));
                    });
                });
    }

    /** Writes down how an attempt ended. One that took longer than its claim changes nothing: the mail is another's by now. */
    Uni<Void> settle(Mutiny.Session session, UUID id, int attempt, Delivery delivery) {
        Instant now = clock.instant();
        return session.createSelectionQuery(
                        "from SystemMailRow m where m.id = :id and m.state = 'sending' and m.attempts = :attempt",
                        SystemMailRow.class)
                .setParameter("id", id)
                .setParameter("attempt", attempt)
                .setLockMode(org.hibernate.LockMode.PESSIMISTIC_WRITE)
                .getSingleResultOrNull()
                .invoke(row -> {
                    if (row != null) {
                        settle(row, delivery, now);
                    }
                })
                .chain(session::flush);
    }

    private void settle(SystemMailRow row, Delivery delivery, Instant now) {
        switch (delivery) {
            case Delivery.Accepted() -> row.end(SystemMailRow.SENT, now, null);
            case Delivery.Uncertain(String why) -> doubt(row, now, why);
            case Delivery.NotSent(String why, boolean lasting) -> {
                if (lasting || row.attempts > PAUSES.size()) {
                    row.end(SystemMailRow.FAILED, now, why);
                } else {
                    row.again(now.plus(PAUSES.get(row.attempts - 1)), why);
                }
            }
        }
        count(row.purpose, row.state);
        LOG.infof(
                "mail mail=%s purpose=%s attempt=%d state=%s failure=%s",
                row.id, row.purpose, row.attempts, row.state, row.lastFailure);
    }

    private static void doubt(SystemMailRow row, Instant now, String why) {
        row.doubts++;
        if (row.doubts >= DOUBTS_MAX || row.attempts > PAUSES.size()) {
            row.end(SystemMailRow.UNCERTAIN, now, why);
        } else {
            row.again(now.plus(PAUSES.get(Math.max(0, row.attempts - 1))), why);
        }
    }

    /** Removes what has been over for longer. */
    Uni<Integer> prune(Mutiny.Session session, Duration keep) {
        return session.createNativeQuery(PRUNE)
                .setParameter("before", Times.of(clock.instant().minus(keep)))
                .executeUpdate();
    }

    private Uni<Boolean> takeToken(Mutiny.Session session, Instant now) {
        double most = config.mailsAtOnce();
        return session.createNativeQuery(FILL_BUCKET)
                .setParameter("most", most)
                .setParameter("now", Times.of(now))
                .executeUpdate()
                .chain(() -> session.createNativeQuery(TAKE_TOKEN)
                        .setParameter("most", most)
                        .setParameter(
                                "rate",
                                config.mailsPerHour()
                                        / (double) Duration.ofHours(1).toSeconds())
                        .setParameter("now", Times.of(now))
                        .executeUpdate())
                .map(taken -> taken == 1);
    }

    /** A mail whose sender broke on it. */
    void countUnsettled() {
        metrics.counter("mailroom.mail.failures").increment();
    }

    private void count(String purpose, String outcome) {
        metrics.counter("mailroom.mails", "purpose", purpose, "outcome", outcome)
                .increment();
    }
}

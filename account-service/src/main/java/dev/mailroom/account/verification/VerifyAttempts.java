package dev.mailroom.account.verification;

import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.http.ProblemException;
import dev.mailroom.http.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Counts log-ins per user, per mailbox and clock hour in the database, so that all replicas share one limit. */
@ApplicationScoped
public class VerifyAttempts {
    private static final String COUNT_OF_USER = """
            insert into verify_attempts (organization_id, user_id, hour, attempts) values (:organization, :subject, :hour, 1)
            on conflict (organization_id, user_id, hour) do update set attempts = verify_attempts.attempts + 1
            returning attempts""";
    private static final String COUNT_OF_MAILBOX = """
            insert into mailbox_attempts (organization_id, mailbox, hour, attempts) values (:organization, :subject, :hour, 1)
            on conflict (organization_id, mailbox, hour) do update set attempts = mailbox_attempts.attempts + 1
            returning attempts""";
    private static final String GIVE_BACK = "update verify_attempts set attempts = attempts - 1"
            + " where organization_id = :organization and user_id = :subject and hour = :hour and attempts > 0";

    /** Rows of a table removed by one pass. */
    private static final int PRUNE_MAX_ROWS = 1_000;

    private final TenantTransactions transactions;
    private final VerifyConfig config;
    private final Clock clock;

    VerifyAttempts(TenantTransactions transactions, VerifyConfig config, Clock clock) {
        this.transactions = transactions;
        this.config = config;
        this.clock = clock;
    }

    /** A try that is counted. */
    public record Counted(UUID organization, UUID user, Instant hour) {}

    /**
     * Counts one try of a user to log in to a mailbox. Blocks the calling virtual thread.
     *
     * @param mailbox its key; however it is written, the same mailbox has the same
     * @throws ProblemException 429 with Retry-After if the user or the mailbox has none left in this hour
     */
    public Counted count(UUID organization, UUID user, String mailbox) {
        Instant now = clock.instant();
        Instant hour = now.truncatedTo(ChronoUnit.HOURS);
        int ofUser = transactions.inOrganization(
                organization, session -> count(session, COUNT_OF_USER, organization, user, hour));
        if (ofUser > config.attemptsPerUserAndHour()) {
            throw refusal(
                    "A user can have " + config.attemptsPerUserAndHour() + " log-ins fail within an hour", now, hour);
        }
        count(organization, mailbox);
        return new Counted(organization, user, hour);
    }

    /**
     * Counts one log-in to a mailbox that somebody causes without a try of their own. Blocks the calling virtual thread.
     *
     * @throws ProblemException 429 with Retry-After if the mailbox has none left in this hour
     */
    public void count(UUID organization, String mailbox) {
        Instant now = clock.instant();
        Instant hour = now.truncatedTo(ChronoUnit.HOURS);
        UUID subject = UUID.nameUUIDFromBytes(mailbox.getBytes(StandardCharsets.UTF_8));
        int ofMailbox = transactions.inOrganization(
                organization, session -> count(session, COUNT_OF_MAILBOX, organization, subject, hour));
        if (ofMailbox > config.attemptsPerMailboxAndHour()) {
            throw refusal(
                    "A mailbox can be logged in to " + config.attemptsPerMailboxAndHour() + " times within an hour",
                    now,
                    hour);
        }
    }

    /** Takes the try of a user back, because it worked: it was neither a guess nor a scan. That of the mailbox stays. */
    public void giveBack(Counted counted) {
        transactions.inOrganization(
                counted.organization(),
                session -> session.createNativeQuery(GIVE_BACK)
                        .setParameter("organization", counted.organization())
                        .setParameter("subject", counted.user())
                        .setParameter("hour", counted.hour().atOffset(ZoneOffset.UTC))
                        .executeUpdate());
    }

    /** Removes counts of hours that are over. */
    public Uni<Integer> prune() {
        OffsetDateTime before = clock.instant()
                .truncatedTo(ChronoUnit.HOURS)
                .minus(1, ChronoUnit.HOURS)
                .atOffset(ZoneOffset.UTC);
        return transactions.acrossOrganizationsReactive(session -> prune(session, "verify_attempts", before)
                .chain(users -> prune(session, "mailbox_attempts", before).map(mailboxes -> users + mailboxes)));
    }

    private static Uni<Integer> prune(Mutiny.Session session, String table, OffsetDateTime before) {
        return session.createNativeQuery("delete from " + table + " where ctid = any (array(select ctid from " + table
                        + " where hour < :before limit " + PRUNE_MAX_ROWS + "))")
                .setParameter("before", before)
                .executeUpdate();
    }

    private static Uni<Integer> count(
            Mutiny.Session session, String sql, UUID organization, UUID subject, Instant hour) {
        return session.createNativeQuery(sql, Integer.class)
                .setParameter("organization", organization)
                .setParameter("subject", subject)
                .setParameter("hour", hour.atOffset(ZoneOffset.UTC))
                .getSingleResult();
    }

    private static ProblemException refusal(String why, Instant now, Instant hour) {
        return Problems.tooManyRequests(why, Duration.between(now, hour.plus(1, ChronoUnit.HOURS)));
    }
}

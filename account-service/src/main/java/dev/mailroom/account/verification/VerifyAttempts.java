package dev.mailroom.account.verification;

import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.http.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Counts tries per user and clock hour in the database, so that all replicas share one limit. */
@ApplicationScoped
public class VerifyAttempts {
    private static final String COUNT = """
            insert into verify_attempts (organization_id, user_id, hour, attempts) values (:organization, :user, :hour, 1)
            on conflict (organization_id, user_id, hour) do update set attempts = verify_attempts.attempts + 1
            returning attempts""";

    /** Rows removed by one pass. */
    private static final int PRUNE_MAX_ROWS = 1_000;

    private static final String PRUNE = "delete from verify_attempts where ctid = any (array("
            + "select ctid from verify_attempts where hour < :before limit " + PRUNE_MAX_ROWS + "))";

    private final TenantTransactions transactions;
    private final VerifyConfig config;
    private final Clock clock;

    VerifyAttempts(TenantTransactions transactions, VerifyConfig config, Clock clock) {
        this.transactions = transactions;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Counts one try. Blocks the calling virtual thread.
     *
     * @throws dev.mailroom.http.ProblemException 429 with Retry-After if the user has none left in this hour
     */
    public void count(UUID organization, UUID user) {
        Instant now = clock.instant();
        Instant hour = now.truncatedTo(ChronoUnit.HOURS);
        Integer attempts =
                transactions.inOrganization(organization, session -> count(session, organization, user, hour));
        if (attempts > config.attemptsPerUserAndHour()) {
            throw Problems.tooManyRequests(
                    "A user can have " + config.attemptsPerUserAndHour() + " log-ins tried within an hour",
                    Duration.between(now, hour.plus(1, ChronoUnit.HOURS)));
        }
    }

    /** Removes counts of hours that are over. */
    public Uni<Integer> prune() {
        OffsetDateTime before = clock.instant()
                .truncatedTo(ChronoUnit.HOURS)
                .minus(1, ChronoUnit.HOURS)
                .atOffset(ZoneOffset.UTC);
        return transactions.acrossOrganizationsReactive(session ->
                session.createNativeQuery(PRUNE).setParameter("before", before).executeUpdate());
    }

    private static Uni<Integer> count(Mutiny.Session session, UUID organization, UUID user, Instant hour) {
        return session.createNativeQuery(COUNT, Integer.class)
                .setParameter("organization", organization)
                .setParameter("user", user)
                .setParameter("hour", hour.atOffset(ZoneOffset.UTC))
                .getSingleResult();
    }
}

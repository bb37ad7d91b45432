package dev.mailroom.account.account;

import dev.mailroom.account.organization.RequestOnce;
import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.account.verification.VerifyAttempts;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** What runs by the clock: counts for the metrics, and rows that are no longer needed. */
@ApplicationScoped
class Upkeep {
    private static final String COUNT =
            "select case when paused then 'paused' else state end, count(*) from accounts group by 1 limit 20";

    private final TenantTransactions transactions;
    private final ConnectOnce once;
    private final RequestOnce requests;
    private final VerifyAttempts attempts;
    private final MultiGauge accounts;

    Upkeep(
            TenantTransactions transactions,
            ConnectOnce once,
            RequestOnce requests,
            VerifyAttempts attempts,
            MeterRegistry metrics) {
        this.transactions = transactions;
        this.once = once;
        this.requests = requests;
        this.attempts = attempts;
        this.accounts = MultiGauge.builder("mailroom.accounts")
                .description("Connected accounts by state")
                .register(metrics);
    }

    @Scheduled(
            every = "{mailroom.upkeep.count-interval}",
            delayed = "1s",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> count() {
        return transactions
                .acrossOrganizationsReactive(Upkeep::countByState)
                .invoke(rows -> accounts.register(
                        rows.stream()
                                .map(row -> MultiGauge.Row.of(
                                        Tags.of("state", (String) row[0]), ((Number) row[1]).longValue()))
                                .toList(),
                        true))
                .replaceWithVoid();
    }

    @Scheduled(
            every = "{mailroom.upkeep.prune-interval}",
            delayed = "1m",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> prune() {
        return once.prune().chain(requests::prune).chain(attempts::prune).replaceWithVoid();
    }

    private static Uni<List<Object[]>> countByState(Mutiny.Session session) {
        return session.createNativeQuery(COUNT, Object[].class).getResultList();
    }
}

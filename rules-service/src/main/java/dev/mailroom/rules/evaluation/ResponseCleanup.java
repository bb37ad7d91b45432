package dev.mailroom.rules.evaluation;

import dev.mailroom.outbox.Transactions;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;

/** Forgets answers that no guard asks for any more. */
@ApplicationScoped
class ResponseCleanup {
    private final Transactions transactions;
    private final GuardRepository guards;
    private final EvaluationConfig config;
    private final Clock clock;

    ResponseCleanup(Transactions transactions, GuardRepository guards, EvaluationConfig config, Clock clock) {
        this.transactions = transactions;
        this.guards = guards;
        this.config = config;
        this.clock = clock;
    }

    @Scheduled(every = "10m", delayed = "2m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> forget() {
        Duration kept = config.responses().interval().plus(Duration.ofHours(1));
        return transactions
                .inReactiveTransaction(
                        session -> guards.forget(session, clock.instant().minus(kept)))
                .replaceWithVoid();
    }
}

package dev.mailroom.rules.log;

import dev.mailroom.outbox.Transactions;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;

/** Forgets old runs, a bounded number at a time, often enough to keep up. */
@ApplicationScoped
class LogCleanup {
    private final Transactions transactions;
    private final RuleRuns runs;
    private final LogConfig config;
    private final Clock clock;

    LogCleanup(Transactions transactions, RuleRuns runs, LogConfig config, Clock clock) {
        this.transactions = transactions;
        this.runs = runs;
        this.config = config;
        this.clock = clock;
    }

    @Scheduled(every = "1m", delayed = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> forget() {
        return transactions
                .inReactiveTransaction(
                        session -> runs.forget(session, clock.instant().minus(config.keep())))
                .replaceWithVoid();
    }
}

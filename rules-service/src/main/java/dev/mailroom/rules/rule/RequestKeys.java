package dev.mailroom.rules.rule;

import dev.mailroom.outbox.Transactions;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;

/** Forgets idempotency keys that nobody repeats any more. */
@ApplicationScoped
class RequestKeys {
    /** How long a repeated request is recognised. */
    static final Duration KEPT = Duration.ofDays(7);

    private final Transactions transactions;
    private final RuleRepository repository;
    private final Clock clock;

    RequestKeys(Transactions transactions, RuleRepository repository, Clock clock) {
        this.transactions = transactions;
        this.repository = repository;
        this.clock = clock;
    }

    @Scheduled(every = "1h", delayed = "5m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> forget() {
        return transactions
                .inReactiveTransaction(session ->
                        repository.forgetKeys(session, clock.instant().minus(KEPT)))
                .replaceWithVoid();
    }
}

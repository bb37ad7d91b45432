package dev.mailroom.rules.evaluation;

import dev.mailroom.rules.log.RuleRun;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What an operator sees of rules. */
// At the start: a dashboard wants zeros before the first mail comes.
@Startup
@Singleton
class EvaluationMetrics {
    private final Map<RuleRun.Outcome, Counter> runs = new EnumMap<>(RuleRun.Outcome.class);
    private final Timer evaluation;
    private final Counter unknownAccounts;

    EvaluationMetrics(MeterRegistry registry) {
        for (RuleRun.Outcome outcome : RuleRun.Outcome.values()) {
            runs.put(
                    outcome,
                    Counter.builder("mailroom.rule.runs")
                            .description("Rules that matched a message, by what came of it")
                            .tag("outcome", outcome.json())
                            .register(registry));
        }
        evaluation = Timer.builder("mailroom.rule.evaluation")
                .description("Time to decide all rules for one message")
                .publishPercentileHistogram()
                .register(registry);
        unknownAccounts = Counter.builder("mailroom.rule.unknown.accounts")
                .description("Messages that no rule saw because their account was not known in time")
                .register(registry);
    }

    void ran(List<RuleRun> done) {
        for (RuleRun run : done) {
            Counter counter = runs.get(run.outcome());
            if (counter != null) {
                counter.increment();
            }
        }
    }

    void evaluated(Duration time) {
        evaluation.record(time);
    }

    void unknownAccount() {
        unknownAccounts.increment();
    }
}

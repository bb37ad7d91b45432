package dev.mailroom.rules.evaluation;

import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.outbox.Inbox;
import dev.mailroom.outbox.Outbox;
import dev.mailroom.outbox.Transactions;
import dev.mailroom.rules.account.Accounts;
import dev.mailroom.rules.account.KnownAccount;
import dev.mailroom.rules.condition.Effort;
import dev.mailroom.rules.log.RuleRun;
import dev.mailroom.rules.log.RuleRuns;
import dev.mailroom.rules.rule.Rule;
import dev.mailroom.rules.rule.RulesInForce;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/** Runs the rules on an event of a mailbox. Called on a Vert.x context; returns to it after every step. */
@Singleton
class Evaluations {
    /** The name under which the inbox remembers what was evaluated. */
    static final String CONSUMER = "rules";

    /** Between two looks for an account that is not known yet. */
    private static final Duration UNKNOWN_ACCOUNT_LOOK = Duration.ofMillis(250);

    /** A message that a server received is nobody's answer to a rule. */
    private static final int DEPTH_OF_RECEIVED = 0;

    private static final Logger LOG = Logger.getLogger(Evaluations.class);

    private final Transactions transactions;
    private final Inbox inbox;
    private final Outbox outbox;
    private final Accounts accounts;
    private final RulesInForce rulesInForce;
    private final GuardRepository guards;
    private final RuleRuns runs;
    private final EvaluationConfig config;
    private final EvaluationMetrics metrics;
    private final Clock clock;
    private final AccountWaits waits;

    Evaluations(
            Transactions transactions,
            Inbox inbox,
            Outbox outbox,
            Accounts accounts,
            RulesInForce rulesInForce,
            GuardRepository guards,
            RuleRuns runs,
            EvaluationConfig config,
            EvaluationMetrics metrics,
            Clock clock) {
        this.transactions = transactions;
        this.inbox = inbox;
        this.outbox = outbox;
        this.accounts = accounts;
        this.rulesInForce = rulesInForce;
        this.guards = guards;
        this.runs = runs;
        this.config = config;
        this.metrics = metrics;
        this.clock = clock;
        this.waits = new AccountWaits(config.unknownAccountWait());
    }

    /** Completes when everything that follows from the event is committed; fails with nothing of it written. */
    Uni<Void> on(CloudEvent<MailEvent> event) {
        if (!(event.data() instanceof MailEvent.MessageReceived received) || !isSeenByRules(received)) {
            return Uni.createFrom().voidItem();
        }
        Executor context = contextOfCaller();
        return rules(received, context)
                .chain(rules -> decide(received, rules, context))
                .chain(matches -> write(new Planner.Received(event.id(), received, DEPTH_OF_RECEIVED), matches));
    }

    /** Live mail only: history and a resynchronisation bring no news, and neither does what the owner sent or threw away. */
    static boolean isSeenByRules(MailEvent.MessageReceived received) {
        MailboxRole role = received.mailbox().role();
        return received.source() == MailEvent.Source.LIVE
                && role != MailboxRole.SENT
                && role != MailboxRole.DRAFTS
                && role != MailboxRole.TRASH;
    }

    /**
     * The rules that see a message; none for an account that is gone or another organization's. Account and message travel on
     * two topics, so the message may be here first: then it waits for its account, up to the account's deadline.
     */
    private Uni<List<Rule>> rules(MailEvent.MessageReceived received, Executor context) {
        return transactions
                .inReactiveTransaction(session -> accounts.find(session, received.account())
                        .chain(found -> found.isPresent()
                                ? rules(session, received, found.get()).map(Optional::of)
                                : Uni.createFrom().item(Optional.<List<Rule>>empty())))
                .chain(rules -> {
                    if (rules.isPresent()) {
                        waits.known(received.account());
                        return Uni.createFrom().item(rules.get());
                    }
                    if (waits.isOver(received.account(), clock.instant())) {
                        metrics.unknownAccount();
                        LOG.warnf(
                                "account=%s message=%s no rule was asked: the account is not known",
                                received.account(), received.message().id());
                        return Uni.createFrom().item(List.of());
                    }
                    return Uni.createFrom()
                            .voidItem()
                            .onItem()
                            .delayIt()
                            .by(UNKNOWN_ACCOUNT_LOOK)
                            .emitOn(context)
                            .chain(() -> rules(received, context));
                });
    }

    /** Rules of the organization see shared accounts, personal rules see the accounts of their owner. */
    private Uni<List<Rule>> rules(Mutiny.Session session, MailEvent.MessageReceived received, KnownAccount account) {
        // Another organization's name on the event is not a reason to act for either of them.
        if (account.removed() || !account.organization().equals(received.organization())) {
            return Uni.createFrom().item(List.of());
        }
        if (account.shared()) {
            return rulesInForce.of(session, account.organization(), null);
        }
        UUID owner = account.owner();
        return owner == null
                ? Uni.createFrom().item(List.of())
                : rulesInForce.of(session, account.organization(), owner);
    }

    /** Away from the event loop: a thousand rules over a long text take longer than an event loop may be held. */
    private Uni<List<RulePass.Match>> decide(MailEvent.MessageReceived received, List<Rule> rules, Executor context) {
        if (rules.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return Uni.createFrom()
                .item(() -> {
                    long began = System.nanoTime();
                    MessageFacts facts = new MessageFacts(
                            received.message(),
                            new MessageFacts.Place(received.account(), received.mailbox(), received.providerFiled()));
                    Effort effort = new Effort(config.patternStepsMax());
                    boolean junk = received.mailbox().role() == MailboxRole.JUNK;
                    List<RulePass.Match> matches = new RulePass(facts, effort, junk, System::nanoTime).over(rules);
                    metrics.evaluated(Duration.ofNanos(System.nanoTime() - began));
                    return matches;
                })
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .emitOn(context);
    }

    private Uni<Void> write(Planner.Received received, List<RulePass.Match> matches) {
        List<RuleRun> done = new ArrayList<>();
        return transactions
                .inReactiveTransaction(session -> inbox.once(
                        session,
                        CONSUMER,
                        received.event(),
                        () -> matches.isEmpty()
                                ? Uni.createFrom().voidItem()
                                : effects(session, received, matches, done)))
                // Counted only once it is committed.
                .invoke(() -> metrics.ran(done));
    }

    private Uni<Void> effects(
            Mutiny.Session session, Planner.Received received, List<RulePass.Match> matches, List<RuleRun> done) {
        Instant now = clock.instant();
        return guards.load(session, received, matches, now).chain(known -> {
            Effects effects = new Planner(received, known, config, now).plan(matches);
            done.addAll(effects.runs());
            return runs.add(session, effects.runs())
                    .chain(() -> guards.add(session, received, effects.responses(), now))
                    .chain(() -> outbox.append(session, effects.events()));
        });
    }

    private static Executor contextOfCaller() {
        Context context = Vertx.currentContext();
        if (context == null) {
            throw new IllegalStateException("called on a thread without a Vert.x context");
        }
        return command -> context.runOnContext(ignored -> command.run());
    }
}

package dev.mailroom.send.delivery;

import dev.mailroom.outbox.TransactionInterruptedException;
import dev.mailroom.outbox.Transactions;
import dev.mailroom.send.outgoing.DueBell;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.hibernate.exception.ConstraintViolationException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Claims due mail and starts its deliveries, renews their leases, and recovers what other replicas left behind. */
@ApplicationScoped
class Dispatcher {
    /** How long running deliveries may go on when the service stops. */
    static final Duration STOP_MAX = Duration.ofSeconds(10);

    private static final Logger LOG = Logger.getLogger(Dispatcher.class);
    private static final Duration FAILURE_PAUSE = Duration.ofSeconds(1);
    private static final Duration COUNT_EVERY = Duration.ofSeconds(5);

    private static final String COUNTS = """
            select count(*) filter (where state <> 'unknown'), count(*) filter (where state = 'unknown'),
                   cast(extract(epoch from cast(:now as timestamptz) - min(next_attempt_at) filter (where state <> 'unknown')) as double precision)
            from outgoing where state in ('scheduled', 'queued', 'deferred', 'partially_accepted', 'unknown')
              and (next_attempt_at is not null or state = 'unknown')
            """;

    private final UUID replica = UUID.randomUUID();
    private final Map<UUID, Running> running = new ConcurrentHashMap<>();
    private final Claims claims;
    private final Delivery delivery;
    private final DueBell bell;
    private final DeliveryMetrics metrics;
    private final DeliveryConfig config;
    private final Transactions transactions;
    private final Clock clock;
    private volatile boolean stopping;
    private @Nullable Thread claiming;
    private @Nullable Thread keeping;

    Dispatcher(
            Claims claims,
            Delivery delivery,
            DueBell bell,
            DeliveryMetrics metrics,
            DeliveryConfig config,
            Transactions transactions,
            Clock clock) {
        this.claims = claims;
        this.delivery = delivery;
        this.bell = bell;
        this.metrics = metrics;
        this.config = config;
        this.transactions = transactions;
        this.clock = clock;
    }

    private record Running(Claim claim, Thread thread) {}

    void start(@Observes StartupEvent event) {
        if (config.enabled()) {
            claiming = Thread.ofVirtual().name("send-dispatcher").start(this::claimUntilStopped);
            keeping = Thread.ofVirtual().name("send-leases").start(this::keepUntilStopped);
        }
    }

    /** Lets deliveries finish for a while; the rest is recovered by whoever comes next. */
    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        try {
            if (claiming != null) {
                claiming.interrupt();
                claiming.join(STOP_MAX);
            }
            Instant end = Instant.now().plus(STOP_MAX);
            for (Running one : running.values()) {
                Duration left = Duration.between(Instant.now(), end);
                one.thread().join(left.isPositive() ? left : Duration.ofMillis(1));
            }
            running.values().forEach(one -> one.thread().interrupt());
            for (Running one : running.values()) {
                one.thread().join(FAILURE_PAUSE);
            }
            if (keeping != null) {
                keeping.interrupt();
                keeping.join(FAILURE_PAUSE);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether both threads live. */
    boolean alive() {
        return !config.enabled()
                || stopping
                || (claiming != null && claiming.isAlive() && keeping != null && keeping.isAlive());
    }

    private void claimUntilStopped() {
        while (!stopping) {
            try {
                if (claimOnce() == 0) {
                    bell.await(config.pollInterval());
                }
            } catch (InterruptedException | TransactionInterruptedException stop) {
                return;
            } catch (ConstraintViolationException anotherReplicaWasFaster) {
                LOG.debugf("two replicas claimed for one account, trying again");
            } catch (RuntimeException failure) {
                LOG.warnf(failure, "claiming failed");
                if (!pause(FAILURE_PAUSE)) {
                    return;
                }
            }
        }
    }

    private int claimOnce() {
        int free = config.concurrentMax() - running.size();
        if (free <= 0) {
            return 0;
        }
        List<Claim> claimed = claims.claim(replica, free, busyHosts());
        for (Claim claim : claimed) {
            Thread thread = Thread.ofVirtual().name("send-" + claim.outgoing()).unstarted(() -> deliver(claim));
            running.put(claim.outgoing(), new Running(claim, thread));
            thread.start();
        }
        metrics.inFlight(running.size());
        return claimed.size();
    }

    private void deliver(Claim claim) {
        try {
            delivery.run(claim);
        } finally {
            // A delivery that outlived its lease must not take the entry of the next one with it.
            running.remove(claim.outgoing(), new Running(claim, Thread.currentThread()));
            metrics.inFlight(running.size());
            bell.ring();
        }
    }

    private Set<String> busyHosts() {
        Map<String, Long> deliveries = running.values().stream()
                .collect(Collectors.groupingBy(one -> one.claim().account().smtpHost(), Collectors.counting()));
        return deliveries.entrySet().stream()
                .filter(host -> host.getValue() >= config.perHostMax())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private void keepUntilStopped() {
        Instant counted = Instant.MIN;
        while (true) {
            try {
                renew();
                int recovered = claims.recover();
                if (recovered > 0) {
                    metrics.recovered(recovered);
                    LOG.warnf("recovered=%d messages whose sender was lost", recovered);
                    bell.ring();
                }
                if (counted.isBefore(clock.instant().minus(COUNT_EVERY))) {
                    count();
                    counted = clock.instant();
                }
            } catch (TransactionInterruptedException stop) {
                return;
            } catch (RuntimeException failure) {
                LOG.warnf(failure, "keeping the claims failed");
            }
            if (!pause(config.lease().dividedBy(3))) {
                return;
            }
        }
    }

    private void renew() {
        Map<UUID, Running> held = Map.copyOf(running);
        if (held.isEmpty()) {
            return;
        }
        Set<UUID> ours = claims.renew(replica, held.keySet());
        held.forEach((outgoing, one) -> {
            if (!ours.contains(outgoing) && running.get(outgoing) == one) {
                LOG.debugf("outgoing=%s is not renewed: done or lost", outgoing);
            }
        });
    }

    private void count() {
        Object[] counts = transactions.inTransaction(session -> session.createNativeQuery(COUNTS, Object[].class)
                .setParameter("now", clock.instant())
                .getSingleResult());
        double overdue = counts[2] instanceof Number seconds ? Math.max(0, seconds.doubleValue()) : 0;
        metrics.counted(
                ((Number) counts[0]).longValue(),
                ((Number) counts[1]).longValue(),
                Duration.ofMillis(Math.round(overdue * 1_000)));
    }

    private boolean pause(Duration time) {
        try {
            Thread.sleep(time);
            return true;
        } catch (InterruptedException stop) {
            return false;
        }
    }
}

package dev.mailroom.send.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When a message that was deferred is tried again.
 *
 * @param first waits before the first further attempts
 * @param later wait before each one after these
 * @param giveUpAfter counted from the first attempt
 */
record RetrySchedule(List<Duration> first, Duration later, Duration giveUpAfter) {
    RetrySchedule {
        first = List.copyOf(first);
        boolean positive = first.stream().allMatch(Duration::isPositive) && later.isPositive();
        if (!positive || !giveUpAfter.isPositive()) {
            throw new IllegalArgumentException("waits must be positive");
        }
    }

    static RetrySchedule of(DeliveryConfig config) {
        return new RetrySchedule(config.retryAfter(), config.retryEvery(), config.giveUpAfter());
    }

    /**
     * The time of the next attempt.
     *
     * @param since the first attempt
     * @param deferred how often it was deferred since, this time included; from 1
     * @return empty when the message is given up
     */
    Optional<Instant> next(Instant since, int deferred, Instant now) {
        Duration wait = deferred <= first.size() ? first.get(deferred - 1) : later;
        Instant next = now.plus(wait);
        return next.isAfter(since.plus(giveUpAfter)) ? Optional.empty() : Optional.of(next);
    }
}

package dev.mailroom.sync.platform;

import dev.mailroom.sync.message.MessageParser;
import dev.mailroom.sync.message.ParseLimits;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** Makes the things that tests replace. */
class Producers {
    /** Ticks microseconds, as PostgreSQL stores them: what is written and read again is equal. */
    @Produces
    @Singleton
    @DefaultBean
    Clock clock() {
        return Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));
    }

    @Produces
    @Singleton
    @DefaultBean
    RandomGenerator random() {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return ThreadLocalRandom.current().nextLong();
            }
        };
    }

    @Produces
    @Singleton
    @DefaultBean
    MessageParser parser() {
        return new MessageParser(ParseLimits.defaults());
    }
}

package dev.mailroom.account;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;

/** Where time and ids come from; a test may put others in their place. */
final class SystemSources {

    /** PostgreSQL keeps microseconds: a finer clock would make a row differ from what was written. */
    private static final Duration TICK = Duration.ofNanos(1_000);

    @Produces
    @Singleton
    Clock clock() {
        return Clock.tick(Clock.systemUTC(), TICK);
    }

    /** For what must not be guessed. */
    @Produces
    @Singleton
    SecureRandom random() {
        return new SecureRandom();
    }

    /** UUID version 7: ids of later accounts are greater, so that a list in order of ids is a list in order of age. */
    @Produces
    @Singleton
    NoArgGenerator ids() {
        return Generators.timeBasedEpochRandomGenerator();
    }
}

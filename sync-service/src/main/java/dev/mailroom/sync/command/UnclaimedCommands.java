package dev.mailroom.sync.command;

import dev.mailroom.sync.database.Database;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/**
 * Ends the wait of commands whose account never came.
 *
 * <p>Commands and accounts come on topics of their own, so a command may be here first. Every replica looks; a row is ended by one.
 */
@Singleton
class UnclaimedCommands {
    /** How long a command waits for the event of its account. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Database database;
    private final Commands commands;
    private final Clock clock;

    @Inject
    UnclaimedCommands(Database database, Commands commands, Clock clock) {
        this.database = database;
        this.commands = commands;
        this.clock = clock;
    }

    @Scheduled(every = "30s", delayed = "30s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void end() {
        int ended;
        do {
            ended = database.inTransaction(
                    tx -> commands.endUnclaimed(tx, clock.instant().minus(PATIENCE)));
        } while (ended == Commands.END_MAX);
    }
}

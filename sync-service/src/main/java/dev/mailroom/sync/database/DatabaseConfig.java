package dev.mailroom.sync.database;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the connections to PostgreSQL. All but the last are PostgreSQL's own: {@code application.properties} hands them on. */
@ConfigMapping(prefix = "mailroom.database")
public interface DatabaseConfig {
    /** A transaction in which nothing happens for longer is ended; default 10 s. */
    @WithDefault("10s")
    Duration idleInTransactionMax();

    /** The longest wait for a locked row; default 15 s. */
    @WithDefault("15s")
    Duration lockWaitMax();

    /** The longest statement; default 25 s. */
    @WithDefault("25s")
    Duration statementMax();

    /** A connection over which nothing comes for longer is closed; longer than {@link #statementMax}; default 30 s. */
    @WithDefault("30s")
    Duration answerMax();
}

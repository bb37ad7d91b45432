package dev.mailroom.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.mutiny.sqlclient.Pool;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a process that is frozen holds in the database it does not hold for long. */
public interface DatabaseLimitsContract {
    /** The connections of the service. */
    Pool pool();

    @Test
    default void aTransactionInWhichNothingHappensAndAStatementWithoutAnEndEnd() {
        assertThat(seconds("idle_in_transaction_session_timeout")).isEqualTo(20);
        assertThat(seconds("tcp_user_timeout")).isEqualTo(20);
        // Who waits for the rows of a frozen process still gets them.
        assertThat(seconds("lock_timeout")).isEqualTo(25);
        assertThat(seconds("statement_timeout")).isEqualTo(60);
    }

    private long seconds(String setting) {
        return pool().query("select setting::bigint / 1000 as s from pg_settings where name = '" + setting + "'")
                .execute()
                .await()
                .atMost(Duration.ofSeconds(10))
                .iterator()
                .next()
                .getLong("s");
    }
}

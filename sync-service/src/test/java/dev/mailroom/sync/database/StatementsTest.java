package dev.mailroom.sync.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.sync.SyncTest;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over a pool of one connection, so that a connection that is lost is missed at once. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class StatementsTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @Inject
    Vertx vertx;

    @ConfigProperty(name = "quarkus.datasource.reactive.url")
    String url;

    @ConfigProperty(name = "quarkus.datasource.username")
    String username;

    @ConfigProperty(name = "quarkus.datasource.password")
    String password;

    private Pool pool;
    private SqlConnection taken;

    @BeforeEach
    void takeTheOnlyConnection() {
        PgConnectOptions options = PgConnectOptions.fromUri(url.replaceFirst("^vertx-reactive:", ""))
                .setUser(username)
                .setPassword(password);
        pool = Pool.newInstance(PgBuilder.pool()
                .connectingTo(options)
                .with(new PoolOptions().setMaxSize(1))
                .using(vertx.getDelegate())
                .build());
        taken = Statements.connection(pool, SOON);
    }

    @AfterEach
    void close() {
        pool.closeAndForget();
    }

    @Test
    void aConnectionThatComesTooLateGoesBackToThePool() {
        assertThatThrownBy(() -> Statements.connection(pool, Duration.ofMillis(50)))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(TimeoutException.class);

        taken.closeAndForget();

        assertThat(Statements.connection(pool, SOON)).isNotNull();
    }

    @Test
    void aConnectionThatComesToAnInterruptedThreadGoesBackToThePool() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Statements.connection(pool, SOON))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();

        taken.closeAndForget();

        assertThat(Statements.connection(pool, SOON)).isNotNull();
    }
}

package dev.mailroom.sync.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mailroom.sync.SyncTest;
import dev.mailroom.testkit.net.TcpProxy;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class ImpatientPoolTest {
    private static final Duration ANSWER_MAX = Duration.ofMillis(300);

    @Inject
    Vertx vertx;

    @ConfigProperty(name = "quarkus.datasource.reactive.url")
    String url;

    @ConfigProperty(name = "quarkus.datasource.username")
    String username;

    @ConfigProperty(name = "quarkus.datasource.password")
    String password;

    @Test
    void aConnectionThatIsForgottenOnTheWayIsReplaced() throws Exception {
        PgConnectOptions server = PgConnectOptions.fromUri(url.replaceFirst("^vertx-reactive:", ""));
        try (TcpProxy way = TcpProxy.before(server.getPort())) {
            server.setHost("127.0.0.1").setPort(way.port()).setUser(username).setPassword(password);
            Pool pool = Pool.newInstance(PgBuilder.pool()
                    .connectingTo(server)
                    .withConnectHandler(connection -> ImpatientPool.watch(connection, ANSWER_MAX))
                    .with(new PoolOptions().setMaxSize(1))
                    .using(vertx.getDelegate())
                    .build());
            assertThat(Statements.run(pool, "select 1").size()).isOne();

            way.holdOpenOnes();

            long asked = System.nanoTime();
            assertThatThrownBy(() -> Statements.run(pool, "select 1")).isInstanceOf(RuntimeException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Statements.ANSWER_MAX);
            await().ignoreExceptions()
                    .untilAsserted(() ->
                            assertThat(Statements.run(pool, "select 1").size()).isOne());
            pool.closeAndForget();
        }
    }
}

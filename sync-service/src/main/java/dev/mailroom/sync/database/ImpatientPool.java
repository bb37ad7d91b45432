package dev.mailroom.sync.database;

import io.netty.handler.timeout.ReadTimeoutHandler;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnectOptions;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes the pool of connections to PostgreSQL: one over which nothing comes for longer than any statement takes is closed.
 *
 * <p>A balancer that fails over may forget connections and tell nobody. Without this they would stay in the pool until TCP gives up, a
 * quarter of an hour later, and hang up everybody who gets one. One that has nothing to do leaves the pool before
 * ({@code quarkus.datasource.reactive.idle-timeout}).
 */
@Singleton
class ImpatientPool implements PgPoolCreator {
    private final Duration answerMax;

    @Inject
    ImpatientPool(DatabaseConfig config) {
        this.answerMax = config.answerMax();
    }

    @Override
    public Pool create(Input input) {
        return PgBuilder.pool()
                .with(input.poolOptions())
                .connectingTo(List.<SqlConnectOptions>copyOf(input.pgConnectOptionsList()))
                .withConnectHandler(connection -> watch(connection, answerMax))
                .using(input.vertx())
                .build();
    }

    /** The driver's own time-outs say good-bye to the server and wait for its answer; this one, before the driver, does not. */
    static void watch(SqlConnection connection, Duration answerMax) {
        if (((SqlConnectionInternal) connection).unwrap().unwrap() instanceof SocketConnectionBase open) {
            open.socket()
                    .channelHandlerContext()
                    .pipeline()
                    .addFirst(new ReadTimeoutHandler(answerMax.toMillis(), TimeUnit.MILLISECONDS));
        }
        connection.close();
    }
}

package dev.mailroom.outbox;

import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;

/** A pool as a service has one. Apart from {@link RelayStack}, so that a child process starts no servers. */
final class RelayPool {
    private static final Vertx VERTX = Vertx.vertx();

    private RelayPool() {}

    static Pool of(String url, String user) {
        PgConnectOptions options = PgConnectOptions.fromUri(url).setUser(user).setPassword("secret");
        return Pool.newInstance(PgBuilder.pool()
                .connectingTo(options)
                .with(new PoolOptions().setMaxSize(8))
                .using(VERTX.getDelegate())
                .build());
    }
}

package dev.mailroom.send;

import dev.mailroom.testkit.DatabaseLimitsContract;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;

@QuarkusTest
@SendTest
class DatabaseLimitsTest implements DatabaseLimitsContract {
    @Inject
    Pool pool;

    @Override
    public Pool pool() {
        return pool;
    }
}

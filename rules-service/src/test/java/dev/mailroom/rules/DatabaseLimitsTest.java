package dev.mailroom.rules;

import dev.mailroom.testkit.DatabaseLimitsContract;
import dev.mailroom.testkit.MailroomInfrastructure;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;

@QuarkusTest
@WithTestResource(
        value = MailroomInfrastructure.class,
        scope = TestResourceScope.GLOBAL,
        initArgs = @ResourceArg(name = "db", value = "rules"))
class DatabaseLimitsTest implements DatabaseLimitsContract {
    @Inject
    Pool pool;

    @Override
    public Pool pool() {
        return pool;
    }
}

package dev.mailroom.testkit;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/**
 * Gives a Quarkus test its PostgreSQL database, its Kafka broker with all topics, and the key that checks {@link TestTokens}.
 *
 * <pre>{@code
 * @WithTestResource(value = MailroomInfrastructure.class, scope = TestResourceScope.GLOBAL,
 *     initArgs = @ResourceArg(name = "db", value = "account"))
 * }</pre>
 *
 * <p>The argument {@code db} names the database; without it there is none. {@code db-owner} names the role that owns it and runs
 * the migrations, if that is not the one of the service. Every other argument is handed to the application as the
 * configuration property of that name. A module that has more to set up extends this class and overrides {@link #start}.
 */
public class MailroomInfrastructure implements QuarkusTestResourceLifecycleManager {

    private static final String DATABASE_ARGUMENT = "db";
    private static final String OWNER_ARGUMENT = "db-owner";

    private Map<String, String> arguments = Map.of();

    @Override
    public void init(Map<String, String> initArgs) {
        arguments = Map.copyOf(initArgs);
    }

    @Override
    public Map<String, String> start() {
        var settings = new HashMap<String, String>();
        settings.put("quarkus.http.test-port", "0");
        settings.put("kafka.bootstrap.servers", TestKafka.shared().bootstrapServers());
        settings.put(
                "mp.jwt.verify.publickey.location", TestTokens.publicKeyFile().toString());
        settings.put("mp.jwt.verify.issuer", TestTokens.ISSUER);
        // A test asks as fast as it can, as the same user.
        settings.put("mailroom.rate.reads-per-minute", "1000000");
        settings.put("mailroom.rate.writes-per-minute", "1000000");
        settings.put("mailroom.rate.writes-per-minute-of.\"/v1/outgoing\"", "1000000");
        String name = arguments.get(DATABASE_ARGUMENT);
        if (name != null) {
            var database = TestPostgres.shared().database(name, arguments.getOrDefault(OWNER_ARGUMENT, name));
            settings.put("quarkus.datasource.reactive.url", database.reactiveUrl());
            settings.put("quarkus.datasource.jdbc.url", database.jdbcUrl());
            settings.put("quarkus.datasource.username", database.username());
            settings.put("quarkus.datasource.password", database.password());
            if (!database.owner().equals(database.username())) {
                settings.put("quarkus.flyway.username", database.owner());
                settings.put("quarkus.flyway.password", database.owner());
            }
        }
        arguments.forEach((key, value) -> {
            if (!key.equals(DATABASE_ARGUMENT) && !key.equals(OWNER_ARGUMENT)) {
                settings.put(key, value);
            }
        });
        return settings;
    }

    /** Leaves the servers: the next test class of this JVM uses them, and they end with it. */
    @Override
    public void stop() {
        arguments = Map.of();
    }
}

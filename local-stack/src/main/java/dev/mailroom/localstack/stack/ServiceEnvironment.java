package dev.mailroom.localstack.stack;

import dev.mailroom.localstack.signing.SigningKey;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a service as environment variables: passwords on a command line could be read by every user of the machine. They are
 * added to those of this process, so that what an operator sets, such as {@code MAILROOM_NOTICE_HOST}, reaches the services.
 *
 * @param outboundAllow further addresses that may be reached although they are not public, or null
 * @param outboundAuthority PEM file of a further trusted authority, or null
 */
record ServiceEnvironment(
        PortPlan ports,
        Secrets secrets,
        @Nullable String outboundAllow,
        @Nullable Path outboundAuthority) {

    private static final String ALLOW = "MAILROOM_OUTBOUND_ALLOW";
    private static final String AUTHORITY = "MAILROOM_OUTBOUND_CA";

    /** One machine is for one person, who tests and measures as the same user: a hundred times what a user may do elsewhere. */
    private static final Map<String, String> RATES = Map.of(
            "MAILROOM_RATE_READS_PER_MINUTE", "60000",
            "MAILROOM_RATE_WRITES_PER_MINUTE", "60000",
            "MAILROOM_SENDS_PER_MINUTE", "60000",
            "MAILROOM_VERIFY_ATTEMPTS_PER_USER_AND_HOUR", "1000",
            "MAILROOM_VERIFY_ATTEMPTS_PER_MAILBOX_AND_HOUR", "3000");

    Map<String, String> of(ServiceName service) {
        var environment = new TreeMap<String, String>();
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(ports.of(service)));
        String database = "postgresql://127.0.0.1:" + ports.postgres() + "/" + service.database();
        environment.put("QUARKUS_DATASOURCE_REACTIVE_URL", database);
        environment.put("QUARKUS_DATASOURCE_JDBC_URL", "jdbc:" + database);
        environment.put("QUARKUS_DATASOURCE_USERNAME", service.database());
        environment.put("QUARKUS_DATASOURCE_PASSWORD", secrets.databasePassword(service));
        if (!service.databaseOwner().equals(service.database())) {
            environment.put("QUARKUS_FLYWAY_USERNAME", service.databaseOwner());
            environment.put("QUARKUS_FLYWAY_PASSWORD", secrets.databaseOwnerPassword(service));
        }
        environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + ports.kafka());
        environment.put(
                "MP_JWT_VERIFY_PUBLICKEY_LOCATION",
                secrets.publicKeyFile().toUri().toString());
        environment.put("MP_JWT_VERIFY_ISSUER", SigningKey.ISSUER);
        environment.put("MAILROOM_VAULT_KEY_FILE", secrets.vaultKeyFile().toString());
        environment.put(
                "MAILROOM_SERVICE_TOKEN_FILE", secrets.serviceTokenFile().toString());
        environment.put("MAILROOM_ACCOUNT_SERVICE_URL", ports.url(ServiceName.ACCOUNT));
        environment.put("MAILROOM_SYNC_SERVICE_URL", ports.url(ServiceName.SYNC));
        environment.put("MAILROOM_RULES_SERVICE_URL", ports.url(ServiceName.RULES));
        environment.put("MAILROOM_SEND_SERVICE_URL", ports.url(ServiceName.SEND));
        RATES.forEach((name, value) -> environment.put(name, System.getenv().getOrDefault(name, value)));
        if (outboundAllow != null) {
            String own = System.getenv().getOrDefault(ALLOW, "");
            environment.put(ALLOW, own.isBlank() ? outboundAllow : own + "," + outboundAllow);
        }
        if (outboundAuthority != null) {
            environment.put(AUTHORITY, outboundAuthority.toString());
        }
        return environment;
    }
}

package dev.mailroom.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventCodec;
import dev.mailroom.embedded.EmbeddedKafka;
import dev.mailroom.embedded.EmbeddedPostgres;
import dev.mailroom.embedded.Folders;
import dev.mailroom.testkit.TestKafka;
import dev.mailroom.testkit.TestTokens;
import dev.mailroom.testkit.imap.DovecotServer;
import dev.mailroom.testkit.tls.TestCertificates;
import dev.mailroom.vault.SealContext;
import dev.mailroom.vault.Vault;
import dev.mailroom.vault.VaultKeyFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * sync-service in a JVM of its own on a durable PostgreSQL and a broker, all of them on this machine; account-service is played by
 * this JVM, which says that accounts were connected and hands out their credentials.
 */
final class SyncStack implements AutoCloseable {
    static final String HOST = ServiceProcess.HOST;
    static final String DATABASE = "sync";
    static final String PASSWORD = DovecotServer.PASSWORD;

    private static final int HTTP_OK = 200;
    private static final int HTTP_NOT_FOUND = 404;

    final EmbeddedPostgres postgres;
    final int imapPort;
    final Path folder;
    final Path authorityFile;
    final ServiceProcess service;

    private final EmbeddedKafka kafka;
    private final HttpServer accounts;
    private final Vault vault;
    private final Map<UUID, String> credentials = new ConcurrentHashMap<>();
    private final KafkaProducer<String, byte[]> producer;

    /**
     * Starts everything.
     *
     * @param home the top folder of the repository, where the built service is
     * @param authority whose certificate the mail server shows
     * @param imapPort of the mail server, which speaks TLS
     * @param options further ones of the service's JVM, among them settings
     */
    SyncStack(Path home, TestCertificates authority, int imapPort, List<String> options)
            throws IOException, InterruptedException {
        this.imapPort = imapPort;
        folder = Files.createTempDirectory("mailroom-bench");
        // PostgreSQL does not run as root: started by root it runs as another user, who must be able to enter.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        postgres = EmbeddedPostgres.persistent(folder.resolve("postgres"), 0);
        postgres.createDatabase(DATABASE, DATABASE, DATABASE);
        kafka = EmbeddedKafka.persistent(folder.resolve("kafka"), 0);
        kafka.createTopics(TestKafka.mailroomTopics());
        authorityFile = authority.writeAuthority(folder);
        Path vaultKey = folder.resolve("vault.key");
        VaultKeyFile.create(vaultKey);
        vault = VaultKeyFile.load(vaultKey);
        accounts = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        accounts.createContext("/v1/accounts/", this::credential);
        accounts.start();
        producer = newProducer();
        service = start(home, vaultKey, options);
    }

    /** A producer that waits for all replicas; the caller closes it. */
    KafkaProducer<String, byte[]> newProducer() {
        return new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers(), "acks", "all"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** Processor time so far: of the service, of PostgreSQL, and of this JVM, in which Kafka runs. */
    double[] cpuSeconds() throws IOException {
        Duration own = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        return new double[] {
            Processes.cpuSecondsOfAll(service.pid()), Processes.cpuSecondsOfAll(postgres.pid()), own.toNanos() / 1e9
        };
    }

    /** Statements that the service has sent to PostgreSQL so far. */
    double statements() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(service.address.resolve("/q/metrics"))
                .timeout(Duration.ofSeconds(10))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("mailroom_sync_statements_total"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }

    String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    private ServiceProcess start(Path home, Path vaultKey, List<String> options)
            throws IOException, InterruptedException {
        Path token = Files.writeString(folder.resolve("token"), "service-token");
        String database = "postgresql://" + HOST + ":" + postgres.port() + "/" + DATABASE;
        String services = "http://" + HOST + ":" + accounts.getAddress().getPort();
        Map<String, String> environment = Map.ofEntries(
                Map.entry("QUARKUS_DATASOURCE_REACTIVE_URL", database),
                Map.entry("QUARKUS_DATASOURCE_JDBC_URL", "jdbc:" + database),
                Map.entry("QUARKUS_DATASOURCE_USERNAME", DATABASE),
                Map.entry("QUARKUS_DATASOURCE_PASSWORD", DATABASE),
                Map.entry("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()),
                Map.entry(
                        "MP_JWT_VERIFY_PUBLICKEY_LOCATION",
                        TestTokens.publicKeyFile().toUri().toString()),
                Map.entry("MAILROOM_VAULT_KEY_FILE", vaultKey.toString()),
                Map.entry("MAILROOM_SERVICE_TOKEN_FILE", token.toString()),
                Map.entry("MAILROOM_ACCOUNT_SERVICE_URL", services),
                Map.entry("MAILROOM_SEND_SERVICE_URL", services),
                Map.entry("MAILROOM_OUTBOUND_ALLOW", HOST + "/32:1-65535"),
                Map.entry("MAILROOM_OUTBOUND_CA", authorityFile.toString()));
        return new ServiceProcess(home, "sync-service", folder.resolve("service.log"), environment, options);
    }

    private void credential(HttpExchange exchange) throws IOException {
        try (exchange) {
            String[] path = exchange.getRequestURI().getPath().split("/");
            String answer = credentials.get(UUID.fromString(path[3]));
            if (answer == null) {
                exchange.sendResponseHeaders(HTTP_NOT_FOUND, -1);
                return;
            }
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(HTTP_OK, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Says that an account was connected; Kafka has it on return. */
    UUID connect(UUID organization, String user, String history) throws InterruptedException, ExecutionException {
        UUID account = UUID.randomUUID();
        String sealed = Base64.getEncoder()
                .encodeToString(vault.seal(PASSWORD.toCharArray(), SealContext.imapSmtp(organization, account)));
        credentials.put(
                account,
                "{\"account\":\"%s\",\"organization\":\"%s\",\"version\":1,\"username\":\"%s\",\"sealed\":\"%s\"}"
                        .formatted(account, organization, user, sealed));
        String address = user + "@example.com";
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        AccountState.Server imap = new AccountState.Server(HOST, imapPort, AccountState.Encryption.TLS);
        AccountState state = new AccountState(
                account,
                organization,
                1,
                AccountState.Kind.IMAP,
                user,
                address,
                user,
                imap,
                imap,
                history,
                false,
                1,
                List.of(address),
                AccountState.Sharing.personal(),
                now,
                UUID.randomUUID(),
                AccountState.Audience.nobody(),
                List.of());
        CloudEvent<AccountEvent> event =
                new CloudEvent<>(UUID.randomUUID(), "/bench", now, new AccountEvent.Connected(state));
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(event.topic(), event.partitionKey(), EventCodec.data(event));
        EventCodec.headers(event)
                .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        producer.send(record).get();
        return account;
    }

    @Override
    public void close() throws IOException {
        service.close();
        producer.close();
        accounts.stop(0);
        kafka.close();
        postgres.close();
        Folders.deleteIfExists(folder);
    }
}

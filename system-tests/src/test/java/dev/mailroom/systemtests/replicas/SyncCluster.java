package dev.mailroom.systemtests.replicas;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventCodec;
import dev.mailroom.contracts.MailroomEvent;
import dev.mailroom.embedded.EmbeddedKafka;
import dev.mailroom.embedded.EmbeddedPostgres;
import dev.mailroom.embedded.Folders;
import dev.mailroom.embedded.LoopbackPorts;
import dev.mailroom.testkit.TestDatabase;
import dev.mailroom.testkit.TestKafka;
import dev.mailroom.testkit.TestTokens;
import dev.mailroom.testkit.imap.DovecotServer;
import dev.mailroom.testkit.net.TcpProxy;
import dev.mailroom.testkit.tls.ServerCertificate;
import dev.mailroom.testkit.tls.TestCertificates;
import dev.mailroom.vault.SealContext;
import dev.mailroom.vault.Vault;
import dev.mailroom.vault.VaultKeyFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What replicas of sync-service share: PostgreSQL, a broker of their own, Dovecot, and somebody who hands out credentials. */
final class SyncCluster implements AutoCloseable {
    private static final String TOKEN = "service-token";
    private static final String DATABASE = "sync";

    final DovecotServer dovecot;
    final Path authority;
    final ServerCertificate certificate;

    private final Path folder;
    private final TestDatabase database;
    private final TcpProxy door;
    private final EmbeddedKafka kafka;
    private final HttpServer services;
    private final Vault vault;
    private final Map<String, String> credentials = new ConcurrentHashMap<>();
    private final KafkaProducer<String, byte[]> producer;
    private final List<SyncReplica> replicas = new ArrayList<>();
    private final List<Site> sites = new ArrayList<>();
    private volatile EmbeddedPostgres postgres;
    private Path postgresFolder;

    /**
     * A place where a replica runs, with links of its own to the database and to the broker.
     *
     * @param ear hears what is said on both
     */
    record Site(String name, TcpProxy postgres, TcpProxy kafka, Ear ear) {}

    SyncCluster() throws IOException, InterruptedException {
        this(List.of());
    }

    /** @param siteNames places whose links can be broken */
    SyncCluster(List<String> siteNames) throws IOException, InterruptedException {
        folder = Files.createTempDirectory("mailroom-replicas");
        // PostgreSQL runs as another user where we are root.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        // Durable: a commit that a crash takes back would have been told already.
        postgresFolder = folder.resolve("postgres");
        postgres = EmbeddedPostgres.persistent(postgresFolder, 0);
        postgres.createDatabase(DATABASE, DATABASE, DATABASE);
        door = TcpProxy.before(postgres.port());
        database = new TestDatabase(
                DATABASE,
                postgres.host(),
                door.port(),
                DATABASE,
                DATABASE,
                DATABASE,
                "jdbc:" + url(door.port()),
                url(door.port()));
        Map<Integer, Integer> detours = new HashMap<>();
        for (String name : siteNames) {
            int port = LoopbackPorts.free();
            Ear ear = new Ear();
            Site site = new Site(
                    name,
                    TcpProxy.before(postgres.port(), mouth -> new PostgresTap(ear, mouth)),
                    TcpProxy.before(port, mouth -> new KafkaTap(ear, mouth)),
                    ear);
            detours.put(port, site.kafka().port());
            sites.add(site);
        }
        kafka = EmbeddedKafka.temporary(detours);
        kafka.createTopics(TestKafka.mailroomTopics());
        TestCertificates certificates = TestCertificates.create();
        authority = certificates.writeAuthority(folder);
        certificate = certificates.server("127.0.0.1");
        dovecot = DovecotServer.start(certificate);
        VaultKeyFile.create(folder.resolve("vault.key"));
        vault = VaultKeyFile.load(folder.resolve("vault.key"));
        Files.writeString(folder.resolve("token"), TOKEN);
        services = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        services.createContext("/v1/accounts/", this::credential);
        services.start();
        producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers(), "acks", "all"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    private String url(int port) {
        return postgres.reactiveUrl(DATABASE).replace(":" + postgres.port() + "/", ":" + port + "/");
    }

    /** The one that is the first now. */
    EmbeddedPostgres postgres() {
        return postgres;
    }

    /** A second PostgreSQL that is never behind. */
    Standby standby() throws Exception {
        return Standby.of(postgres, postgresFolder, postgresFolder.resolveSibling("postgres-" + UUID.randomUUID()));
    }

    /** All links lead to another server from now on; those that are open break. */
    void replacePostgres(Standby standby) {
        EmbeddedPostgres other = standby.server();
        postgres.close();
        postgres = other;
        postgresFolder = standby.folder();
        door.redirect(other.port());
        door.cut();
        for (Site site : sites) {
            site.postgres().redirect(other.port());
            site.postgres().cut();
        }
    }

    String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    TestDatabase database() {
        return database;
    }

    List<Site> sites() {
        return List.copyOf(sites);
    }

    /** @param options of its JVM, among them settings that differ from those of an installation */
    SyncReplica start(String name, List<String> options) throws IOException {
        String direct = url(postgres.port());
        return start(name, options, direct, "jdbc:" + direct, kafka.bootstrapServers());
    }

    /** Starts it where its links can be broken. */
    SyncReplica start(Site site, String name, List<String> options) throws IOException {
        String own = url(site.postgres().port());
        return start(
                name, options, own, "jdbc:" + own, "127.0.0.1:" + site.kafka().port());
    }

    private SyncReplica start(
            String name, List<String> options, String reactiveUrl, String jdbcUrl, String bootstrapServers)
            throws IOException {
        String stand = "http://127.0.0.1:" + services.getAddress().getPort();
        Map<String, String> environment = Map.ofEntries(
                Map.entry("QUARKUS_DATASOURCE_REACTIVE_URL", reactiveUrl),
                Map.entry("QUARKUS_DATASOURCE_JDBC_URL", jdbcUrl),
                Map.entry("QUARKUS_DATASOURCE_USERNAME", database.username()),
                Map.entry("QUARKUS_DATASOURCE_PASSWORD", database.password()),
                Map.entry("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers),
                Map.entry(
                        "MP_JWT_VERIFY_PUBLICKEY_LOCATION",
                        TestTokens.publicKeyFile().toUri().toString()),
                Map.entry("MAILROOM_VAULT_KEY_FILE", folder.resolve("vault.key").toString()),
                Map.entry("MAILROOM_SERVICE_TOKEN_FILE", folder.resolve("token").toString()),
                Map.entry("MAILROOM_ACCOUNT_SERVICE_URL", stand),
                Map.entry("MAILROOM_SEND_SERVICE_URL", stand),
                Map.entry("MAILROOM_OUTBOUND_ALLOW", "127.0.0.1/32:1-65535"),
                Map.entry("MAILROOM_OUTBOUND_CA", authority.toString()),
                Map.entry("MAILROOM_SYNC_LOGINS_PER_SECOND_AND_HOST", "50"));
        SyncReplica replica = new SyncReplica(name, environment, options);
        replicas.add(replica);
        return replica;
    }

    List<SyncReplica> replicas() {
        return List.copyOf(replicas);
    }

    /** Says that an account was connected, as account-service would. */
    UUID connect(String user) throws InterruptedException, ExecutionException {
        return connect(user, dovecot.tlsPort(), "none").account();
    }

    /** Says that an account on any server was connected, as account-service would. */
    AccountState connect(String user, int port, String history) throws InterruptedException, ExecutionException {
        UUID account = UUID.randomUUID();
        UUID organization = UUID.randomUUID();
        byte[] sealed = vault.seal(DovecotServer.PASSWORD.toCharArray(), SealContext.imapSmtp(organization, account));
        credentials.put(
                account.toString(),
                "{\"account\":\"%s\",\"organization\":\"%s\",\"version\":1,\"username\":\"%s\",\"sealed\":\"%s\"}"
                        .formatted(
                                account, organization, user, Base64.getEncoder().encodeToString(sealed)));
        AccountState.Server server = new AccountState.Server("127.0.0.1", port, AccountState.Encryption.TLS);
        AccountState state = new AccountState(
                account,
                organization,
                1,
                AccountState.Kind.IMAP,
                user,
                user + "@example.com",
                user,
                server,
                server,
                history,
                false,
                1,
                List.of(user + "@example.com"),
                AccountState.Sharing.personal(),
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                UUID.randomUUID(),
                AccountState.Audience.nobody(),
                List.of());
        publish(new AccountEvent.Connected(state));
        return state;
    }

    /** As one of the other services would. */
    void publish(MailroomEvent said) throws InterruptedException, ExecutionException {
        CloudEvent<MailroomEvent> event =
                new CloudEvent<>(UUID.randomUUID(), "/test", Instant.now().truncatedTo(ChronoUnit.MICROS), said);
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(event.topic(), event.partitionKey(), EventCodec.data(event));
        EventCodec.headers(event)
                .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        producer.send(record).get();
    }

    /** How many accounts are in this state. */
    long count(String state) throws SQLException {
        return number("select count(*) from account where state = '" + state + "'");
    }

    /** The only number of the only row. */
    long number(String sql) throws SQLException {
        return Long.parseLong(text(sql));
    }

    /** The only value of the only row. */
    String text(String sql) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("select set_config('mailroom.organization', '*', false)");
            try (var rows = statement.executeQuery(sql)) {
                rows.next();
                return rows.getString(1);
            }
        }
    }

    private void credential(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean known =
                    ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
            String found = credentials.get(exchange.getRequestURI().getPath().split("/")[3]);
            if (!known || found == null) {
                exchange.sendResponseHeaders(known ? 404 : 401, -1);
                return;
            }
            byte[] body = found.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (SyncReplica replica : replicas) {
            replica.close();
        }
        producer.close();
        services.stop(0);
        dovecot.close();
        kafka.close();
        sites.forEach(site -> {
            site.postgres().close();
            site.kafka().close();
        });
        door.close();
        postgres.close();
        Folders.deleteIfExists(folder);
    }
}

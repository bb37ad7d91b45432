package dev.mailroom.sync;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventCodec;
import dev.mailroom.contracts.MailroomEvent;
import dev.mailroom.contracts.Topics;
import dev.mailroom.mailclient.Secret;
import dev.mailroom.mailclient.imap.ImapConnector;
import dev.mailroom.mailclient.imap.ImapCredentials;
import dev.mailroom.mailclient.imap.ImapLimits;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.net.Encryption;
import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.mailclient.net.GuardedConnector;
import dev.mailroom.mailclient.net.NetworkTimeouts;
import dev.mailroom.mailclient.net.OutboundPolicy;
import dev.mailroom.mailclient.net.TrustedCertificates;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import dev.mailroom.testkit.TestDatabase;
import dev.mailroom.testkit.TestKafka;
import dev.mailroom.testkit.TestPostgres;
import dev.mailroom.testkit.tls.ServerCertificate;
import dev.mailroom.vault.SealContext;
import dev.mailroom.vault.VaultKeyFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** What a test does from outside: connects accounts, acts as another mail program, reads Kafka and the database. */
final class Scene implements AutoCloseable {
    /** That of every user on every local server. */
    static final String PASSWORD = dev.mailroom.testkit.imap.DovecotServer.PASSWORD;

    /** Who owns the accounts: the subject "tester" of a token. */
    static final UUID TESTER = UUID.nameUUIDFromBytes("tester".getBytes(StandardCharsets.UTF_8));

    /** Newer than what any test says of an account. */
    private static final long LAST_REVISION = 1_000_000;

    private static final char[] STORE_PASSWORD = "changeit".toCharArray();

    // Without what the tests before left on Kafka: many scenes are open at the same time, and each would keep all of
    // it.
    final KafkaLog mail = KafkaLog.fromNow(Topics.MAIL_EVENTS);
    final KafkaLog status = KafkaLog.fromNow(Topics.SYNC_STATUS);
    private final List<AccountState> connected = new ArrayList<>();
    private final KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", TestKafka.shared().bootstrapServers(), "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer());

    static Path folder() {
        return Path.of(System.getProperty(SyncInfrastructure.FOLDER));
    }

    /** What local servers show: of the authority that the service trusts. */
    static ServerCertificate serverCertificate() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder().resolve("server.p12"))) {
            store.load(in, STORE_PASSWORD);
        }
        String alias = store.aliases().nextElement();
        return new ServerCertificate(
                (PrivateKey) store.getKey(alias, STORE_PASSWORD),
                Arrays.stream(store.getCertificateChain(alias))
                        .map(X509Certificate.class::cast)
                        .toList());
    }

    /** An account on a local server, connected as account-service would say it. */
    AccountState connect(UUID organization, String user, int port, String history) {
        UUID account = UUID.randomUUID();
        return connect(state(organization, account, user, port, history, 1, 1));
    }

    AccountState connect(AccountState state) {
        password(state, PASSWORD);
        publish(new AccountEvent.Connected(state));
        connected.add(state);
        return state;
    }

    /** Removes the accounts: their sessions would go on beside the next tests, and try servers that have stopped. */
    void forgetAccounts() {
        connected.forEach(
                state -> publish(new AccountEvent.Removed(state.account(), state.organization(), LAST_REVISION)));
        connected.clear();
    }

    static AccountState state(
            UUID organization, UUID account, String user, int port, String history, long revision, long credential) {
        String address = user.contains("@") ? user : user + "@example.com";
        AccountState.Server imap = new AccountState.Server("127.0.0.1", port, AccountState.Encryption.TLS);
        return new AccountState(
                account,
                organization,
                revision,
                AccountState.Kind.IMAP,
                user,
                address,
                user,
                imap,
                imap,
                history,
                false,
                credential,
                List.of(address),
                AccountState.Sharing.personal(),
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                TESTER,
                AccountState.Audience.nobody(),
                List.of());
    }

    static void password(AccountState state, String password) {
        byte[] sealed = VaultKeyFile.load(folder().resolve("vault.key"))
                .seal(password.toCharArray(), SealContext.imapSmtp(state.organization(), state.account()));
        String json =
                "{\"account\":\"%s\",\"organization\":\"%s\",\"version\":%d,\"username\":\"%s\",\"sealed\":\"%s\"}"
                        .formatted(
                                state.account(),
                                state.organization(),
                                state.credentialVersion(),
                                state.username(),
                                Base64.getEncoder().encodeToString(sealed));
        write(folder().resolve("credential-" + state.account() + ".json"), json.getBytes(StandardCharsets.UTF_8));
    }

    static void outgoing(UUID id, String raw) {
        write(folder().resolve("outgoing-" + id + ".eml"), raw.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void publish(MailroomEvent event) {
        CloudEvent<MailroomEvent> cloudEvent =
                new CloudEvent<>(UUID.randomUUID(), "/test", Instant.now().truncatedTo(ChronoUnit.MICROS), event);
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(cloudEvent.topic(), cloudEvent.partitionKey(), EventCodec.data(cloudEvent));
        EventCodec.headers(cloudEvent)
                .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        send(record);
    }

    void send(ProducerRecord<String, byte[]> record) {
        try {
            producer.send(record).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    LoggedRecord awaitState(UUID account, String state) {
        return status.await(
                "state " + state,
                record -> record.type().endsWith("sync.state_changed.v1")
                        && account.toString().equals(record.key())
                        && record.data().path("state").asText().equals(state));
    }

    LoggedRecord awaitMail(UUID account, String type, Predicate<LoggedRecord> condition) {
        return mail.await(
                type,
                record -> record.type().endsWith(type + ".v1")
                        && account.toString().equals(record.key())
                        && condition.test(record));
    }

    List<LoggedRecord> mailOf(UUID account, String type) {
        return mail.records().stream()
                .filter(record -> record.type().endsWith(type + ".v1")
                        && account.toString().equals(record.key()))
                .toList();
    }

    /**
     * Waits until the session has looked at everything again, flags too, and has nothing left to decide or to tell: what it would tell a
     * second time, it has told then.
     */
    void awaitLookedAgain(UUID account) {
        try (var connection = TestPostgres.shared().database("sync").connect();
                var statement = allOrganizations(connection.createStatement())) {
            Instant begin = Instant.now();
            AtomicReference<@Nullable Instant> last = new AtomicReference<>();
            Awaitility.await("another look at everything")
                    .atMost(KafkaLog.AWAIT_MAX)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(100))
                    .pollInSameThread()
                    .until(() -> isLookedAgain(statement, account, begin, last));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        mail.recordsToEnd();
    }

    /** A look that ends after one that ended late enough began late enough: all flags are compared in it, or were since the begin. */
    private static boolean isLookedAgain(
            Statement statement, UUID account, Instant begin, AtomicReference<@Nullable Instant> last)
            throws SQLException {
        try (ResultSet row = statement.executeQuery("""
                select synced_at, (select count(*) from copy where account_id = a.id and vanished_at > now() - interval '10 s')
                    + (select count(*) from mailbox where account_id = a.id and missing_since > now() - interval '10 s')
                    + (select count(*) from outbox where key = a.id::text) as open
                from account a where id = '%s'
                """.formatted(account))) {
            if (!row.next() || row.getTimestamp("synced_at") == null) {
                return false;
            }
            Instant synced = row.getTimestamp("synced_at").toInstant();
            Instant before = last.get();
            if (before == null) {
                if (synced.isAfter(begin.plus(SyncInfrastructure.FULL_CHECKS))) {
                    last.set(synced);
                }
                return false;
            }
            return synced.isAfter(before) && row.getLong("open") == 0;
        }
    }

    /** Types of all that was told of an account until now, of some kinds: nothing is on its way any more. */
    List<String> toldOf(UUID account, String... kinds) {
        Awaitility.await("the outbox to be empty")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> count("select count(*) from outbox where key = '" + account + "'") == 0);
        return mail.recordsToEnd().stream()
                .filter(record -> account.toString().equals(record.key()))
                .map(record -> record.type().replaceAll("^dev\\.mailroom\\.|\\.v1$", ""))
                .filter(type -> Arrays.stream(kinds).anyMatch(type::startsWith))
                .toList();
    }

    /** All that was told of the accounts of this scene, for who looks for a fault. */
    String toldOfAll() {
        List<String> accounts =
                connected.stream().map(state -> state.account().toString()).toList();
        return mail.recordsToEnd().stream()
                .filter(record -> accounts.contains(record.key()))
                .map(record -> "\n" + record.type() + " " + record.data())
                .collect(Collectors.joining());
    }

    static Predicate<LoggedRecord> subject(String subject) {
        return record -> record.data().path("message").path("subject").asText().equals(subject);
    }

    static Predicate<LoggedRecord> about(String message) {
        return record -> record.data().path("message").asText().equals(message);
    }

    static Predicate<LoggedRecord> command(UUID command) {
        return record -> record.data().path("command").asText().equals(command.toString());
    }

    /** Another mail program of the same user. */
    static ImapSession otherProgram(String user, int port) {
        try {
            return new ImapConnector(
                            new GuardedConnector(
                                    OutboundPolicy.parse("127.0.0.1/32:1-65535"),
                                    TrustedCertificates.load(folder().resolve("authority.pem")),
                                    NetworkTimeouts.defaults()),
                            ImapLimits.defaults())
                    .connect(
                            new Endpoint("127.0.0.1", port, Encryption.TLS),
                            new ImapCredentials(user, Secret.of(PASSWORD)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] mail(String messageId, String subject, String extraHeaders, String body) {
        return ("""
                From: Ana Silva <ana@example.net>
                To: bo@example.com
                Subject: %s
                Date: Fri, 20 Nov 2026 10:00:00 +0000
                Message-ID: <%s>
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                %s
                %s
                """.formatted(subject, messageId, extraHeaders, body))
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    static long count(String sql) {
        TestDatabase database = TestPostgres.shared().database("sync");
        try (var connection = database.connect();
                var statement = connection.createStatement();
                ResultSet rows = allOrganizations(statement).executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Row security shows nothing to whoever does not say for whom he works. */
    private static Statement allOrganizations(Statement statement) throws SQLException {
        statement.execute("set mailroom.organization = '*'");
        return statement;
    }

    static void execute(String sql) {
        TestDatabase database = TestPostgres.shared().database("sync");
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            allOrganizations(statement).execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        forgetAccounts();
        producer.close();
        mail.close();
        status.close();
    }
}

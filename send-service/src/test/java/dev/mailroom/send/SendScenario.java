package dev.mailroom.send;

import static io.restassured.RestAssured.given;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.AccountState.Audience;
import dev.mailroom.contracts.Address;
import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventCodec;
import dev.mailroom.contracts.MailroomEvent;
import dev.mailroom.contracts.Message;
import dev.mailroom.contracts.Topics;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import dev.mailroom.testkit.TestKafka;
import dev.mailroom.testkit.TestPostgres;
import dev.mailroom.testkit.TestTokens;
import dev.mailroom.testkit.smtp.ScriptedSmtpServer;
import dev.mailroom.vault.SealContext;
import dev.mailroom.vault.VaultKeyFile;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** What the tests of sending have in common: an organization, its mail server, its accounts, and looks at what happened. */
public final class SendScenario implements AutoCloseable {
    /** Never to be seen outside of the log-in. */
    public static final String CANARY = "canary-Zx81-pass word";

    public static final Duration AWAIT_MAX = Duration.ofSeconds(60);

    static {
        // A delivery that a test kills ends with an Error in its own thread.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
    }

    public final UUID organization = UUID.randomUUID();
    public final ScriptedSmtpServer server;
    private final List<Account> accounts = new ArrayList<>();
    private final KafkaProducer<String, byte[]> producer;
    private final KafkaLog sendEvents = KafkaLog.fromNow(Topics.SEND_EVENTS);
    private final KafkaLog commands = KafkaLog.fromNow(Topics.MAIL_COMMANDS);

    public SendScenario(ScriptedSmtpServer.Mode mode) {
        server = ScriptedSmtpServer.start(mode, tls());
        producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", TestKafka.shared().bootstrapServers(), "acks", "all"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** An account that was connected, with its credential at account-service. */
    public record Account(UUID id, String email, ScriptedSmtpServer.Mode mode) {}

    public Account account(String email) {
        return account(email, 1, CANARY);
    }

    public Account account(String email, long version, String password) {
        Account account = new Account(UUID.randomUUID(), email, ScriptedSmtpServer.Mode.TLS);
        accounts.add(account);
        server.user(email, CANARY);
        credential(account, version, password);
        publish(new AccountEvent.Connected(state(account, 1, version)));
        Awaitility.await("the account is known")
                .atMost(AWAIT_MAX)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    // An invalid message of a known account is a 400, of an unknown one a 404.
                    return member().body(Map.of("account", account.id()))
                                    .post("/v1/outgoing")
                                    .statusCode()
                            == 400;
                });
        return account;
    }

    /** What account-service hands out from now on. */
    public void credential(Account account, long version, String password) {
        byte[] sealed = VaultKeyFile.load(folder().resolve("vault.json"))
                .seal(password.getBytes(StandardCharsets.UTF_8), SealContext.imapSmtp(organization, account.id()));
        String json = """
                {"account": "%s", "organization": "%s", "version": %d, "username": "%s", "sealed": "%s"}
                """.formatted(
                        account.id(),
                        organization,
                        version,
                        account.email(),
                        Base64.getEncoder().encodeToString(sealed));
        try {
            Path file = folder().resolve(account.id() + ".json");
            Path beside = folder().resolve(account.id() + ".new");
            Files.writeString(beside, json);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public AccountState state(Account account, long revision, long credentialVersion) {
        return state(account, revision, credentialVersion, null, new Audience(true, List.of()), List.of());
    }

    /** @param owner whose personal account it is; null for nobody in particular */
    public AccountState state(Account account, long revision, long credentialVersion, @Nullable UUID owner) {
        return state(account, revision, credentialVersion, owner, AccountState.Audience.nobody(), List.of());
    }

    /** @param aliases empty as in the events of before there were any */
    public AccountState state(
            Account account,
            long revision,
            long credentialVersion,
            @Nullable UUID owner,
            AccountState.Audience audience,
            List<AccountState.Alias> aliases) {
        AccountState.Server imap = new AccountState.Server("127.0.0.1", 993, AccountState.Encryption.TLS);
        AccountState.Server smtp = new AccountState.Server("127.0.0.1", server.port(), AccountState.Encryption.TLS);
        return new AccountState(
                account.id(),
                organization,
                revision,
                AccountState.Kind.IMAP,
                "Ana",
                account.email(),
                account.email(),
                imap,
                smtp,
                "none",
                false,
                credentialVersion,
                List.of(account.email(), "alias-" + account.email()),
                AccountState.Sharing.personal(),
                Instant.parse("2026-01-01T00:00:00Z"),
                owner,
                audience,
                aliases);
    }

    /** Has account-service say the aliases of an account, and waits until they are known. */
    public void aliases(
            Account account, long revision, UUID owner, Audience audience, List<AccountState.Alias> aliases) {
        publish(new AccountEvent.Changed(state(account, revision, 1, owner, audience, aliases)));
        String known = "select count(*) from accounts where id = '" + account.id() + "' and revision = " + revision;
        Awaitility.await("the aliases are known")
                .atMost(AWAIT_MAX)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> count(known) == 1);
    }

    private static long count(String sql) throws SQLException {
        try (var connection = TestPostgres.shared().database("send").connect();
                var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    /** What sync-service answers when it is asked for a message of this account: JSON, a status, or nothing if it is empty. */
    public void syncAnswers(Account account, String answer) {
        try {
            Files.writeString(folder().resolve("messages-" + account.id() + ".json"), answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The query and the token with which sync-service was asked last for a message of this account; empty if it was not. */
    public String syncAsked(Account account) {
        Path file = folder().resolve("asked-" + account.id());
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes an event to its topic, as its service would. */
    public <T extends MailroomEvent> void publish(T data) {
        publish(new CloudEvent<>(UUID.randomUUID(), "/test", Instant.now(), data));
    }

    public void publish(CloudEvent<?> event) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(event.topic(), event.partitionKey(), EventCodec.data(event));
        EventCodec.headers(event)
                .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        producer.send(record);
        producer.flush();
    }

    public RequestSpecification member() {
        return as("member", organization);
    }

    public static RequestSpecification as(String role, @Nullable UUID organization) {
        return as(role, organization, "ana");
    }

    public static RequestSpecification as(String role, @Nullable UUID organization, String subject) {
        return given().contentType(ContentType.JSON)
                .header("Authorization", "Bearer " + TestTokens.token(role, organization, subject));
    }

    public static Map<String, Object> mail(Account account, String... to) {
        return Map.of(
                "account",
                account.id(),
                "to",
                Arrays.stream(to).map(address -> Map.of("address", address)).toList(),
                "subject",
                "Hello",
                "text",
                "Hello\n.\nworld");
    }

    /** Mail from somewhere, as sync-service tells it. */
    public static Message arrived(UUID conversation, String emailMessageId, String subject, String from) {
        return new Message(
                UUID.randomUUID(),
                conversation,
                emailMessageId,
                List.of(),
                List.of(),
                subject,
                "",
                "",
                false,
                new Address(null, from),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Instant.now(),
                null,
                1,
                true,
                false,
                List.of(),
                List.of(),
                Message.Automation.NONE,
                false);
    }

    /** Sends and gives the id. */
    public UUID send(Account account, String... to) {
        Response response = member().body(mail(account, to)).post("/v1/outgoing");
        response.then().statusCode(202);
        return UUID.fromString(response.jsonPath().getString("id"));
    }

    public JsonPath get(UUID outgoing) {
        return member().get("/v1/outgoing/" + outgoing)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    public JsonPath awaitState(UUID outgoing, String state) {
        return awaitOutgoing(
                outgoing, "state " + state, view -> view.getString("state").equals(state));
    }

    public JsonPath awaitOutgoing(UUID outgoing, String what, Predicate<JsonPath> condition) {
        Awaitility.await(what)
                .atMost(AWAIT_MAX)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> condition.test(get(outgoing)));
        return get(outgoing);
    }

    /** The event of this type about this message. */
    public LoggedRecord awaitEvent(UUID outgoing, String type) {
        return sendEvents.await(
                type, record -> record.type().equals("dev.mailroom." + type + ".v1") && isAbout(record, outgoing));
    }

    /** Every event so far about this message, by short type. */
    public List<String> eventTypes(UUID outgoing) {
        return sendEvents.records().stream()
                .filter(record -> isAbout(record, outgoing))
                .map(record -> record.type().replace("dev.mailroom.", "").replace(".v1", ""))
                .toList();
    }

    public LoggedRecord awaitAppendSent(UUID outgoing) {
        return commands.await(
                "append_sent",
                record -> outgoing.toString()
                        .equals(record.data().path("outgoing").asText()));
    }

    public long appendSentCommands(UUID outgoing) {
        return commands.records().stream()
                .filter(record -> outgoing.toString()
                        .equals(record.data().path("outgoing").asText()))
                .count();
    }

    /** Everything that was written to Kafka while the test ran. */
    public List<LoggedRecord> written() {
        return Stream.concat(sendEvents.records().stream(), commands.records().stream())
                .toList();
    }

    private static boolean isAbout(LoggedRecord record, UUID outgoing) {
        return outgoing.toString().equals(record.data().path("outgoing").asText());
    }

    private static Path folder() {
        return Path.of(System.getProperty(SendInfrastructure.FOLDER));
    }

    private static SSLContext tls() {
        try (InputStream in = Files.newInputStream(folder().resolve("smtp.p12"))) {
            char[] password = "changeit".toCharArray();
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the server's certificate cannot be read", e);
        }
    }

    @Override
    public void close() {
        // What a failed test left behind must not go on in the next one.
        accounts.forEach(account -> publish(new AccountEvent.Removed(account.id(), organization, Long.MAX_VALUE)));
        server.close();
        producer.close();
        sendEvents.close();
        commands.close();
    }
}

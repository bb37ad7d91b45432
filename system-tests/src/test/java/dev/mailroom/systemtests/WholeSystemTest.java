package dev.mailroom.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.Topics;
import dev.mailroom.embedded.LoopbackPorts;
import dev.mailroom.localstack.mailserver.DemoMailServer;
import dev.mailroom.localstack.mailserver.Person;
import dev.mailroom.systemtests.RunningStack.Answer;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code mailroom up} from outside: one stack and one mail server for all tests, which follow a mailbox's life in order, because a
 * start costs more than all of them.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WholeSystemTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String MEMBER_ELSEWHERE = "7b0e2a52-6d36-4c2c-9a55-0d6a8f4a9f10";

    private static Path data = Path.of("");
    private static int offset;
    private static DemoMailServer mailServer;
    private static RunningStack stack;
    private static String owner = "";
    private static String stranger = "";
    private static String ana = "";
    private static String bo = "";
    private static String message = "";

    @BeforeAll
    static void start() throws Exception {
        // The mail server's threads die of clients that hang up, which is what a killed stack does.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
        data = Files.createTempDirectory("mailroom-system");
        offset = 20_000 + new Random().nextInt(15_000);
        mailServer = DemoMailServer.start(
                Files.createTempDirectory("mailroom-ca"), LoopbackPorts.free(), LoopbackPorts.free());
        stack = up();
    }

    private static RunningStack up() throws Exception {
        RunningStack started = RunningStack.start(
                data,
                offset,
                Map.of(
                        "MAILROOM_OUTBOUND_ALLOW", mailServer.outboundAllow(),
                        "MAILROOM_OUTBOUND_CA", mailServer.authorityFile().toString()));
        owner = started.token();
        stranger = started.token("--org", MEMBER_ELSEWHERE);
        return started;
    }

    @AfterAll
    static void stop() throws Exception {
        stack.close();
        mailServer.close();
    }

    private static String account(Person person, String host, int port, String encryption, String password) {
        return """
                {"kind": "imap", "display_name": "%s", "email": "%s", "password": "%s", "history": "1y",
                 "imap": {"host": "%s", "port": %d, "encryption": "%s"},
                 "smtp": {"host": "%s", "port": %d, "encryption": "tls"},
                 "sharing": {"mode": "personal"}, "sidebar": "pin_all"}""".formatted(
                        person.name(),
                        person.address(),
                        password,
                        host,
                        port,
                        encryption,
                        mailServer.host(),
                        mailServer.smtpPort());
    }

    private static String connect(Person person) {
        Answer answer = stack.ask(
                owner,
                "POST",
                "account-service",
                "/v1/accounts",
                account(person, mailServer.host(), mailServer.imapPort(), "tls", person.password()));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);
        return answer.text("/id");
    }

    private static void awaitImported(String account) {
        Awaitility.await("import of " + account)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(300))
                .untilAsserted(() -> {
                    Answer answer = stack.ask(owner, "GET", "sync-service", "/v1/sync/accounts/" + account, null);
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.text("/state")).isEqualTo("live");
                    assertThat(answer.body().at("/import/ratio").asDouble()).isEqualTo(1.0);
                });
    }

    private static KafkaLog log(String topic) {
        return KafkaLog.of(topic, stack.address("kafka"));
    }

    private static List<LoggedRecord> of(KafkaLog log, String type, String account) {
        return log.records().stream()
                .filter(record -> record.type().equals("dev.mailroom." + type + ".v1"))
                .filter(record -> account.equals(record.key()))
                .toList();
    }

    private static String send(String from, Person sender, Person recipient, String subject) {
        Answer answer = stack.ask(owner, "POST", "send-service", "/v1/outgoing", """
                {"account": "%s", "from": {"name": "%s", "address": "%s"}, "to": [{"name": null, "address": "%s"}],
                 "subject": "%s", "text": "From one to the other."}""".formatted(
                        from, sender.name(), sender.address(), recipient.address(), subject));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(202);
        return answer.text("/id");
    }

    @ParameterizedTest
    @Order(1)
    @CsvSource({
        "127.0.0.1, right, tls, wrong-password, login, credentials_refused",
        "127.0.0.1, another, tls, ana-demo, address, address_not_allowed",
        "no-such-host.invalid, right, tls, ana-demo, dns, unknown_host",
        "10.1.2.3, right, tls, ana-demo, address, address_not_allowed",
        "169.254.169.254, right, tls, ana-demo, address, address_not_allowed",
    })
    void saysWhatIsWrongWithAMailbox(
            String host, String port, String encryption, String password, String stage, String category) {
        Answer answer = stack.ask(
                owner,
                "POST",
                "account-service",
                "/v1/accounts",
                account(Person.ANA, host, port.equals("right") ? mailServer.imapPort() : 2525, encryption, password));

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(422);
        assertThat(answer.text("/type")).endsWith("/connection-failed");
        var imap = answer.body().at("/diagnosis/0");
        assertThat(imap.at("/leg").asText()).isEqualTo("imap");
        assertThat(imap.at("/hint").asText()).isNotBlank();
        assertThat(imap.at("/stage").asText()).as(imap.toString()).isEqualTo(stage);
        assertThat(imap.at("/category").asText()).isEqualTo(category);
        assertThat(answer.body().toString()).doesNotContain(password);
    }

    @Test
    @Order(2)
    void connectsTwoMailboxesAndImportsTheirHistory() {
        ana = connect(Person.ANA);
        bo = connect(Person.BO);
        awaitImported(ana);
        awaitImported(bo);

        try (KafkaLog events = log(Topics.MAIL_EVENTS)) {
            List<LoggedRecord> imported = events.awaitAll(
                    "imported messages",
                    mailServer.messages(Person.ANA) / 2,
                    record -> record.type().endsWith("message.imported.v1") && ana.equals(record.key()));
            assertThat(imported.stream().map(LoggedRecord::id)).doesNotHaveDuplicates();
            message = imported.getFirst().data().at("/message/id").asText();
            assertThat(of(events, "message.received", ana)).isEmpty();
        }
    }

    @Test
    @Order(3)
    void refusesTheSameMailboxASecondTime() {
        Answer answer = stack.ask(
                owner,
                "POST",
                "account-service",
                "/v1/accounts",
                account(Person.ANA, mailServer.host(), mailServer.imapPort(), "tls", Person.ANA.password()));

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(409);
    }

    @ParameterizedTest
    @Order(4)
    @ValueSource(strings = {"GET", "DELETE"})
    void hidesAnAccountFromAnotherOrganization(String method) {
        String path = "/v1/accounts/" + ana + (method.equals("DELETE") ? "?confirm=true" : "");

        assertThat(stack.ask(stranger, method, "account-service", path, null).status())
                .isEqualTo(404);
        assertThat(stack.ask(owner, "GET", "account-service", "/v1/accounts/" + ana, null)
                        .status())
                .isEqualTo(200);
    }

    @Test
    @Order(4)
    void hidesMailFromAnotherOrganization() {
        assertThat(stack.ask(stranger, "GET", "sync-service", "/v1/sync/accounts/" + ana, null)
                        .status())
                .isEqualTo(404);
        assertThat(stack.ask(stranger, "GET", "sync-service", "/v1/messages/" + message, null)
                        .status())
                .isEqualTo(404);
        assertThat(stack.ask(stranger, "GET", "sync-service", "/v1/messages/" + message + "/raw", null)
                        .status())
                .isEqualTo(404);
        assertThat(stack.ask(
                                stranger,
                                "POST",
                                "sync-service",
                                "/v1/messages/" + message + "/commands",
                                "{\"type\": \"trash\"}")
                        .status())
                .isEqualTo(404);
        assertThat(stack.ask(stranger, "POST", "send-service", "/v1/outgoing", """
                                {"account": "%s", "from": {"name": null, "address": "%s"},
                                 "to": [{"name": null, "address": "x@example.org"}], "subject": "x", "text": "x"}""".formatted(ana, Person.ANA.address()))
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @Order(4)
    @CsvSource({
        "account-service, /v1/accounts",
        "rules-service, /v1/rules",
        "send-service, /v1/outgoing",
    })
    void namesAFieldItDoesNotKnow(String service, String path) {
        Answer answer = stack.ask(owner, "POST", service, path, "{\"no_such_field\": 1}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("/errors/0/pointer")).isEqualTo("/no_such_field");
    }

    @ParameterizedTest
    @Order(4)
    @CsvSource({
        "account-service, /v1/accounts",
        "sync-service, /v1/messages",
        "rules-service, /v1/rules",
        "send-service, /v1/outgoing",
    })
    void asksForAToken(String service, String path) {
        assertThat(stack.ask("none", "GET", service, path, null).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @Order(5)
    @ValueSource(strings = {Topics.ACCOUNT_EVENTS, Topics.MAIL_COMMANDS, Topics.MAIL_EVENTS, Topics.SEND_REQUESTS})
    void putsAMalformedRecordAsideAndGoesOn(String topic) throws Exception {
        byte[] junk = ("junk-" + UUID.randomUUID()).getBytes(StandardCharsets.UTF_8);
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", stack.address("kafka")),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, ana, junk)).get();
        }

        try (KafkaLog letters = log(Topics.deadLettersOf(topic))) {
            letters.await("dead letter", record -> java.util.Arrays.equals(record.value(), junk));
        }
        String outgoing = send(ana, Person.ANA, Person.BO, "After junk on " + topic);
        awaitAccepted(outgoing);
    }

    private static void awaitAccepted(String outgoing) {
        Awaitility.await("delivery")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(300))
                .untilAsserted(() -> {
                    Answer answer = stack.ask(owner, "GET", "send-service", "/v1/outgoing/" + outgoing, null);
                    assertThat(answer.text("/state"))
                            .as(answer.body().toString())
                            .isEqualTo("accepted");
                    assertThat(answer.text("/sent_copy")).isIn("appended", "found_on_server");
                });
    }

    private static void awaitReceivedOnce(String subject) {
        try (KafkaLog events = log(Topics.MAIL_EVENTS)) {
            events.await(
                    "received " + subject,
                    record -> record.type().endsWith("message.received.v1")
                            && bo.equals(record.key())
                            && subject.equals(
                                    record.data().at("/message/subject").asText()));
            assertThat(of(events, "message.received", bo).stream()
                            .filter(record -> subject.equals(
                                    record.data().at("/message/subject").asText()))
                            .map(LoggedRecord::id)
                            .distinct())
                    .hasSize(1);
        }
    }

    @Test
    @Order(5)
    void changesTheVaultKeyWithoutAStop() throws Exception {
        String said = RunningStack.outputOf(0, Map.of(), "rotate-key", "--data", data.toString());

        assertThat(said).contains("2 passwords");
        awaitAccepted(send(ana, Person.ANA, Person.BO, "After the rotation"));
    }

    @Test
    @Order(6)
    void survivesAKillOfTheWholeProcessTree() throws Exception {
        String before = send(ana, Person.ANA, Person.BO, "Before the kill");
        stack.kill();
        stack = up();

        assertThat(stack.ask(owner, "GET", "account-service", "/v1/accounts/" + ana, null)
                        .status())
                .isEqualTo(200);
        awaitImported(ana);
        awaitImported(bo);
        awaitAccepted(before);
        awaitReceivedOnce("Before the kill");
        String after = send(ana, Person.ANA, Person.BO, "After the kill");
        awaitAccepted(after);
        awaitReceivedOnce("After the kill");
        try (KafkaLog events = log(Topics.MAIL_EVENTS)) {
            assertThat(of(events, "message.imported", ana).stream()
                            .map(record -> record.data().at("/message/id").asText())
                            .distinct())
                    .hasSize((int) of(events, "message.imported", ana).stream()
                            .map(LoggedRecord::id)
                            .distinct()
                            .count());
        }
    }

    @Test
    @Order(7)
    void refusesASecondStackOnTheSameFolder() throws Exception {
        String said = RunningStack.outputOf(
                1, Map.of(), "up", "--data", data.toString(), "--port-offset", Integer.toString(offset + 1));

        assertThat(said.strip().lines().filter(line -> line.startsWith("mailroom: ")))
                .hasSize(1);
        assertThat(said).doesNotContain("\tat ");
    }

    @Test
    @Order(8)
    void namesThePortThatIsTaken() throws Exception {
        Path other = Files.createTempDirectory("mailroom-other");

        String said = RunningStack.outputOf(
                1, Map.of(), "up", "--data", other.toString(), "--port-offset", Integer.toString(offset));

        assertThat(said).contains("--port-offset").doesNotContain("\tat ");
    }

    @Test
    @Order(9)
    void leavesNothingBehindAfterCtrlC() throws Exception {
        assertThat(stack.interrupt()).isEmpty();
        stack = up();
        assertThat(stack.ask(owner, "GET", "account-service", "/v1/accounts/" + ana, null)
                        .status())
                .isEqualTo(200);
    }

    @Test
    @Order(10)
    void removesAnAccountWhenItIsConfirmed() {
        Answer asked = stack.ask(owner, "DELETE", "account-service", "/v1/accounts/" + ana, null);
        assertThat(asked.status()).isNotEqualTo(204);
        Answer done = stack.ask(owner, "DELETE", "account-service", "/v1/accounts/" + ana + "?confirm=true", null);
        assertThat(done.status()).isBetween(200, 204);

        assertThat(stack.ask(owner, "GET", "account-service", "/v1/accounts/" + ana, null)
                        .status())
                .isEqualTo(404);
        Awaitility.await("sync-service lets go")
                .atMost(PATIENCE)
                .until(() -> stack.ask(owner, "GET", "sync-service", "/v1/sync/accounts/" + ana, null)
                                .status()
                        == 404);
    }

    @Test
    @Order(11)
    void writesNoPasswordAnywhere() throws IOException {
        try (var files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(".log"))
                    .toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(Person.ANA.password(), Person.BO.password(), "wrong-password");
            }
        }
    }
}

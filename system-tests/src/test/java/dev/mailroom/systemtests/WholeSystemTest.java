package dev.mailroom.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.Topics;
import dev.mailroom.localstack.mailserver.Person;
import dev.mailroom.systemtests.RunningStack.Answer;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import dev.mailroom.testkit.ScratchFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
    private static WholeSystem system;
    private static String ana = "";
    private static String bo = "";
    private static String message = "";

    @BeforeAll
    static void start() throws Exception {
        // The mail server's threads die of clients that hang up, which is what a killed stack does.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
        system = WholeSystem.start();
    }

    @AfterAll
    static void stop() throws Exception {
        system.close();
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
        Answer answer = system.stack()
                .ask(
                        system.owner(),
                        "POST",
                        "account-service",
                        "/v1/accounts",
                        system.account(
                                Person.ANA,
                                host,
                                port.equals("right") ? system.mailServer().imapPort() : 2525,
                                encryption,
                                password));

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
        ana = system.connect(Person.ANA);
        bo = system.connect(Person.BO);
        system.awaitImported(ana);
        system.awaitImported(bo);

        try (KafkaLog events = system.log(Topics.MAIL_EVENTS)) {
            List<LoggedRecord> imported = events.awaitAll(
                    "imported messages",
                    system.mailServer().messages(Person.ANA) / 2,
                    record -> record.type().endsWith("message.imported.v1") && ana.equals(record.key()));
            assertThat(imported.stream().map(LoggedRecord::id)).doesNotHaveDuplicates();
            message = imported.getFirst().data().at("/message/id").asText();
            assertThat(system.of(events, "message.received", ana)).isEmpty();
        }
    }

    @Test
    @Order(3)
    void refusesTheSameMailboxASecondTime() {
        Answer answer = system.stack()
                .ask(
                        system.owner(),
                        "POST",
                        "account-service",
                        "/v1/accounts",
                        system.account(
                                Person.ANA,
                                system.mailServer().host(),
                                system.mailServer().imapPort(),
                                "tls",
                                Person.ANA.password()));

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(409);
    }

    @ParameterizedTest
    @Order(4)
    @ValueSource(strings = {"GET", "DELETE"})
    void hidesAnAccountFromAnotherOrganization(String method) {
        String path = "/v1/accounts/" + ana + (method.equals("DELETE") ? "?confirm=true" : "");

        assertThat(system.stack()
                        .ask(system.stranger(), method, "account-service", path, null)
                        .status())
                .isEqualTo(404);
        assertThat(system.stack()
                        .ask(system.owner(), "GET", "account-service", "/v1/accounts/" + ana, null)
                        .status())
                .isEqualTo(200);
    }

    @Test
    @Order(4)
    void hidesMailFromAnotherOrganization() {
        assertThat(system.stack()
                        .ask(system.stranger(), "GET", "sync-service", "/v1/sync/accounts/" + ana, null)
                        .status())
                .isEqualTo(404);
        assertThat(system.stack()
                        .ask(system.stranger(), "GET", "sync-service", "/v1/messages/" + message, null)
                        .status())
                .isEqualTo(404);
        assertThat(system.stack()
                        .ask(system.stranger(), "GET", "sync-service", "/v1/messages/" + message + "/raw", null)
                        .status())
                .isEqualTo(404);
        assertThat(system.stack()
                        .ask(
                                system.stranger(),
                                "POST",
                                "sync-service",
                                "/v1/messages/" + message + "/commands",
                                "{\"type\": \"trash\"}")
                        .status())
                .isEqualTo(404);
        assertThat(system.stack()
                        .ask(system.stranger(), "POST", "send-service", "/v1/outgoing", """
                                {"account": "%s", "from": {"name": null, "address": "%s"},
                                 "to": [{"name": null, "address": "x@example.org"}], "subject": "x", "text": "x"}""".formatted(
                                        ana, Person.ANA.address()))
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
        Answer answer = system.stack().ask(system.owner(), "POST", service, path, "{\"no_such_field\": 1}");

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
        assertThat(system.stack().ask("none", "GET", service, path, null).status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @Order(5)
    @ValueSource(strings = {Topics.ACCOUNT_EVENTS, Topics.MAIL_COMMANDS, Topics.MAIL_EVENTS, Topics.SEND_REQUESTS})
    void putsAMalformedRecordAsideAndGoesOn(String topic) throws Exception {
        byte[] junk = ("junk-" + UUID.randomUUID()).getBytes(StandardCharsets.UTF_8);
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", system.stack().address("kafka")),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, ana, junk)).get();
        }

        try (KafkaLog letters = system.log(Topics.deadLettersOf(topic))) {
            letters.await("dead letter", record -> java.util.Arrays.equals(record.value(), junk));
        }
        String outgoing = system.send(ana, Person.ANA, Person.BO, "After junk on " + topic);
        system.awaitAccepted(outgoing);
    }

    @Test
    @Order(5)
    void changesTheVaultKeyWithoutAStop() throws Exception {
        String said = RunningStack.outputOf(
                0, Map.of(), "rotate-key", "--data", system.data().toString());

        assertThat(said).contains("2 passwords");
        system.awaitAccepted(system.send(ana, Person.ANA, Person.BO, "After the rotation"));
    }

    @Test
    @Order(6)
    void survivesAKillOfTheWholeProcessTree() throws Exception {
        String before = system.send(ana, Person.ANA, Person.BO, "Before the kill");
        system.stack().kill();
        system.up();

        assertThat(system.stack()
                        .ask(system.owner(), "GET", "account-service", "/v1/accounts/" + ana, null)
                        .status())
                .isEqualTo(200);
        system.awaitImported(ana);
        system.awaitImported(bo);
        system.awaitAccepted(before);
        system.awaitReceivedOnce(bo, "Before the kill");
        String after = system.send(ana, Person.ANA, Person.BO, "After the kill");
        system.awaitAccepted(after);
        system.awaitReceivedOnce(bo, "After the kill");
        try (KafkaLog events = system.log(Topics.MAIL_EVENTS)) {
            assertThat(system.of(events, "message.imported", ana).stream()
                            .map(record -> record.data().at("/message/id").asText())
                            .distinct())
                    .hasSize((int) system.of(events, "message.imported", ana).stream()
                            .map(LoggedRecord::id)
                            .distinct()
                            .count());
        }
    }

    @Test
    @Order(7)
    void refusesASecondStackOnTheSameFolder() throws Exception {
        String said = RunningStack.outputOf(
                1,
                Map.of(),
                "up",
                "--data",
                system.data().toString(),
                "--port-offset",
                Integer.toString(system.offset() + 1));

        assertThat(said.strip().lines().filter(line -> line.startsWith("mailroom: ")))
                .hasSize(1);
        assertThat(said).doesNotContain("\tat ");
    }

    @Test
    @Order(8)
    void namesThePortThatIsTaken() throws Exception {
        Path other = ScratchFolder.create("mailroom-other");

        String said = RunningStack.outputOf(
                1, Map.of(), "up", "--data", other.toString(), "--port-offset", Integer.toString(system.offset()));

        assertThat(said).contains("--port-offset").doesNotContain("\tat ");
    }

    @Test
    @Order(9)
    void leavesNothingBehindAfterCtrlC() throws Exception {
        assertThat(system.stack().interrupt()).isEmpty();
        system.up();
        assertThat(system.stack()
                        .ask(system.owner(), "GET", "account-service", "/v1/accounts/" + ana, null)
                        .status())
                .isEqualTo(200);
    }

    @Test
    @Order(10)
    void removesAnAccountWhenItIsConfirmed() {
        Answer asked = system.stack().ask(system.owner(), "DELETE", "account-service", "/v1/accounts/" + ana, null);
        assertThat(asked.status()).isNotEqualTo(204);
        Answer done = system.stack()
                .ask(system.owner(), "DELETE", "account-service", "/v1/accounts/" + ana + "?confirm=true", null);
        assertThat(done.status()).isBetween(200, 204);

        assertThat(system.stack()
                        .ask(system.owner(), "GET", "account-service", "/v1/accounts/" + ana, null)
                        .status())
                .isEqualTo(404);
        Awaitility.await("sync-service lets go")
                .atMost(WholeSystem.PATIENCE)
                .until(() -> system.stack()
                                .ask(system.owner(), "GET", "sync-service", "/v1/sync/accounts/" + ana, null)
                                .status()
                        == 404);
    }

    @Test
    @Order(11)
    void writesNoPasswordAnywhere() throws IOException {
        try (var files = Files.walk(system.data())) {
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

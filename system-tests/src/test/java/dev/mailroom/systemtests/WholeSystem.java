package dev.mailroom.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.Topics;
import dev.mailroom.embedded.LoopbackPorts;
import dev.mailroom.localstack.mailserver.DemoMailServer;
import dev.mailroom.localstack.mailserver.Person;
import dev.mailroom.systemtests.RunningStack.Answer;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import dev.mailroom.testkit.ScratchFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;

/** A stack that {@code mailroom up} runs, the mail server beside it, and what a person does with both. */
final class WholeSystem implements AutoCloseable {
    /** How long the whole of it may take for one thing. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String MEMBER_ELSEWHERE = "7b0e2a52-6d36-4c2c-9a55-0d6a8f4a9f10";

    private final Path data = ScratchFolder.create("mailroom-system");
    private final int offset = 20_000 + new Random().nextInt(15_000);
    private final DemoMailServer mailServer;
    private RunningStack stack;
    private String owner;
    private String stranger;

    private WholeSystem(DemoMailServer mailServer) throws Exception {
        this.mailServer = mailServer;
        stack = RunningStack.start(data, offset, outbound());
        owner = stack.token();
        stranger = stack.token("--org", MEMBER_ELSEWHERE);
    }

    static WholeSystem start() throws Exception {
        return new WholeSystem(
                DemoMailServer.start(ScratchFolder.create("mailroom-ca"), LoopbackPorts.free(), LoopbackPorts.free()));
    }

    private Map<String, String> outbound() {
        return Map.of(
                "MAILROOM_OUTBOUND_ALLOW", mailServer.outboundAllow(),
                "MAILROOM_OUTBOUND_CA", mailServer.authorityFile().toString());
    }

    /** Starts the stack again on its folder. */
    void up() throws Exception {
        stack = RunningStack.start(data, offset, outbound());
        owner = stack.token();
        stranger = stack.token("--org", MEMBER_ELSEWHERE);
    }

    RunningStack stack() {
        return stack;
    }

    DemoMailServer mailServer() {
        return mailServer;
    }

    Path data() {
        return data;
    }

    int offset() {
        return offset;
    }

    /** A token of who owns the organization. */
    String owner() {
        return owner;
    }

    /** A token of another organization. */
    String stranger() {
        return stranger;
    }

    String account(Person person, String host, int port, String encryption, String password) {
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

    String connect(Person person) {
        Answer answer = stack.ask(
                owner,
                "POST",
                "account-service",
                "/v1/accounts",
                account(person, mailServer.host(), mailServer.imapPort(), "tls", person.password()));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);
        return answer.text("/id");
    }

    void awaitImported(String account) {
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

    KafkaLog log(String topic) {
        return KafkaLog.of(topic, stack.address("kafka"));
    }

    List<LoggedRecord> of(KafkaLog log, String type, String account) {
        return log.records().stream()
                .filter(record -> record.type().equals("dev.mailroom." + type + ".v1"))
                .filter(record -> account.equals(record.key()))
                .toList();
    }

    String send(String from, Person sender, Person recipient, String subject) {
        Answer answer = stack.ask(owner, "POST", "send-service", "/v1/outgoing", """
                {"account": "%s", "from": {"name": "%s", "address": "%s"}, "to": [{"name": null, "address": "%s"}],
                 "subject": "%s", "text": "From one to the other."}""".formatted(
                        from, sender.name(), sender.address(), recipient.address(), subject));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(202);
        return answer.text("/id");
    }

    void awaitAccepted(String outgoing) {
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

    void awaitReceivedOnce(String account, String subject) {
        try (KafkaLog events = log(Topics.MAIL_EVENTS)) {
            events.await(
                    "received " + subject,
                    record -> record.type().endsWith("message.received.v1")
                            && account.equals(record.key())
                            && subject.equals(
                                    record.data().at("/message/subject").asText()));
            assertThat(of(events, "message.received", account).stream()
                            .filter(record -> subject.equals(
                                    record.data().at("/message/subject").asText()))
                            .map(LoggedRecord::id)
                            .distinct())
                    .hasSize(1);
        }
    }

    @Override
    public void close() throws Exception {
        stack.close();
        mailServer.close();
    }
}

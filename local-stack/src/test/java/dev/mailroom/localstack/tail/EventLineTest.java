package dev.mailroom.localstack.tail;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.localstack.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class EventLineTest {

    private static final String ACCOUNT = "0198a9f2-0000-7000-8000-000000000001";

    private final Terminal terminal =
            new Terminal(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false, false);
    private final EventLine line = new EventLine(terminal);

    @Test
    void callsAnAccountByItsAddressOnceItIsKnown() {
        var connected = event(
                "mailroom.account.events",
                "account.connected",
                "{\"state\":{\"account\":\"" + ACCOUNT + "\",\"email\":\"ana@example.com\"}}");
        var received = event(
                "mailroom.mail.events",
                "message.received",
                "{\"account\":\"" + ACCOUNT + "\",\"message\":{\"subject\":\"An invoice\"},\"source\":\"live\"}");

        assertThat(line.of(received)).contains("…000000000001");
        line.of(connected);
        assertThat(line.of(received))
                .contains(
                        "mail.events", "message.received", "ana@example.com", "subject=\"An invoice\"", "source=live");
    }

    @Test
    void takesOutOfASubjectWhatCouldPaintOverTheTerminal() {
        var received = event(
                "mailroom.mail.events", "message.received", "{\"message\":{\"subject\":\"a\\u001b[2Jb\\u0000c\"}}");

        assertThat(line.of(received)).doesNotContain("\u001b").doesNotContain("\u0000");
    }

    @Test
    void showsARecordThatIsNotAnEvent() {
        var record = new SeenEvent(
                "mailroom.mail.events.dlq",
                0,
                7,
                null,
                java.util.Map.of(),
                new ObjectMapper().getNodeFactory().textNode("not json"),
                java.time.Instant.EPOCH);

        assertThat(line.of(record)).contains("mail.events.dlq", "(no type)");
    }

    @Test
    void writesOneJsonObjectWithEveryPartOfTheRecord() throws Exception {
        var json = new ObjectMapper()
                .readTree(event("mailroom.mail.events", "message.received", "{\"account\":\"" + ACCOUNT + "\"}")
                        .toJson());

        assertThat(json.path("topic").asText()).isEqualTo("mailroom.mail.events");
        assertThat(json.path("partition").asInt()).isEqualTo(3);
        assertThat(json.path("offset").asLong()).isEqualTo(42);
        assertThat(json.path("key").asText()).isEqualTo(ACCOUNT);
        assertThat(json.path("headers").path("ce_type").asText()).isEqualTo("dev.mailroom.message.received.v1");
        assertThat(json.path("data").path("account").asText()).isEqualTo(ACCOUNT);
    }

    @Test
    void keepsATombstoneAndWhatIsNoJson() {
        var tombstone = SeenEvent.of(new ConsumerRecord<>("t", 0, 0, "key", null));
        var garbage = SeenEvent.of(new ConsumerRecord<>("t", 0, 1, null, "{oops".getBytes(StandardCharsets.UTF_8)));

        assertThat(tombstone.toJson()).contains("\"data\":null");
        assertThat(garbage.toJson()).contains("\"key\":null", "{oops");
    }

    private static SeenEvent event(String topic, String type, String json) {
        var headers = new RecordHeaders();
        headers.add("ce_type", ("dev.mailroom." + type + ".v1").getBytes(StandardCharsets.UTF_8));
        headers.add("ce_time", "2026-03-01T10:00:00.123456Z".getBytes(StandardCharsets.UTF_8));
        byte[] value = json.getBytes(StandardCharsets.UTF_8);
        return SeenEvent.of(new ConsumerRecord<>(
                topic,
                3,
                42,
                0,
                TimestampType.CREATE_TIME,
                0,
                value.length,
                ACCOUNT,
                value,
                headers,
                Optional.empty()));
    }
}

package dev.mailroom.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventCodecTest {
    private static final CloudEvent<SyncStatus.ImportProgress> EVENT = new CloudEvent<>(
            EventIds.of("test", "event"),
            "/test",
            Samples.TIME,
            new SyncStatus.ImportProgress(
                    EventIds.of("test", "account"), EventIds.of("test", "organization"), 3, 10, false, null));

    private final Map<String, byte[]> headers = new HashMap<>();
    private byte[] data = EventCodec.data(EVENT);

    EventCodecTest() {
        EventCodec.headers(EVENT).forEach(this::header);
    }

    private void header(String name, String value) {
        headers.put(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private @Nullable CloudEvent<SyncStatus> read() {
        return EventCodec.read(SyncStatus.class, headers::get, data);
    }

    @Test
    void readsWhatItWrote() {
        assertThat(read()).isEqualTo(EVENT);
    }

    @Test
    void namesTheTypeOnTheWire() {
        assertThat(EventCodec.headers(EVENT))
                .containsEntry("ce_specversion", "1.0")
                .containsEntry("ce_type", "dev.mailroom.sync.import_progress.v1")
                .containsEntry("ce_partitionkey", EVENT.data().account().toString())
                .containsEntry("ce_time", "2026-01-02T03:04:05.678901Z");
    }

    @Test
    void passesOverATypeOfANewerWriter() {
        header("ce_type", "dev.mailroom.sync.something_new.v1");
        assertThat(read()).isNull();
    }

    @Test
    void ignoresAFieldOfANewerWriter() {
        data = new String(data, StandardCharsets.UTF_8)
                .replace("{", "{\"added_later\":1,")
                .getBytes(StandardCharsets.UTF_8);
        assertThat(read()).isEqualTo(EVENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce_id", "ce_type", "ce_time", "ce_source", "ce_organization"})
    void namesAHeaderThatIsMissing(String name) {
        headers.remove(name);
        assertThatThrownBy(this::read)
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining(name);
    }

    @Test
    void refusesATypeOfAnotherTopic() {
        header("ce_type", "dev.mailroom.account.removed.v1");
        assertThatThrownBy(this::read)
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining("does not belong to this topic");
    }

    @Test
    void refusesDataOfAnotherOrganizationThanItsHeader() {
        header("ce_organization", EventIds.of("test", "other").toString());
        assertThatThrownBy(this::read)
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining("two organizations");
    }

    @Test
    void namesTheFieldThatIsMissing() {
        data = new String(data, StandardCharsets.UTF_8)
                .replace("\"account\"", "\"acount\"")
                .getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(this::read)
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining("\"account\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{", "[]", "7", "{\"done\":\"secret-word\"}", "{\"done\":null}"})
    void refusesWhatIsNotTheDataAndQuotesNoneOfIt(String json) {
        data = json.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(this::read)
                .isInstanceOf(MalformedEventException.class)
                .hasMessageNotContaining("secret-word");
    }

    @Test
    void refusesDeepNesting() {
        data = ("{\"x\":" + "[".repeat(5_000)).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(this::read).isInstanceOf(MalformedEventException.class);
    }

    @Test
    void refusesToWriteMoreThanARecordHolds() {
        var event = new CloudEvent<>(
                EVENT.id(),
                "/test",
                Samples.TIME,
                new ConversationEvent.Created(EVENT.id(), EVENT.id(), "x".repeat(EventCodec.DATA_MAX_BYTES)));
        assertThatThrownBy(() -> EventCodec.data(event))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most");
    }

    @Test
    void givesEveryRecordATopic() {
        assertThat(EventCatalogue.records())
                .hasSizeGreaterThan(30)
                .allSatisfy(record -> assertThat(Topics.ALL).contains(EventCatalogue.topicOf(record)));
    }

    @Test
    void makesTheSameIdFromTheSamePartsOnly() {
        assertThat(EventIds.of("a", "b", "c")).isEqualTo(EventIds.of("a", "b", "c"));
        assertThat(EventIds.of("a", "bc")).isNotEqualTo(EventIds.of("a", "b", "c"));
        assertThat(EventIds.of("a", "b", "c").version()).isEqualTo(5);
    }
}

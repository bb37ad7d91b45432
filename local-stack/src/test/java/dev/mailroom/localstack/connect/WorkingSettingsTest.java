package dev.mailroom.localstack.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class WorkingSettingsTest {
    private static final String WRONG_PORT =
            "{\"leg\": \"imap\", \"stage\": \"tls\", \"suggestion\": {\"port\": 143, \"encryption\": \"starttls\"}}";
    private static final String GOOD = "{\"leg\": \"smtp\", \"stage\": \"ok\"}";
    private static final String REFUSED = "{\"leg\": \"smtp\", \"stage\": \"login\"}";

    @Test
    void areEnoughWhereEveryServerThatFailedHasAnotherWay() throws IOException {
        assertThat(WorkingSettings.areAllThatIsMissing(json("[" + WRONG_PORT + "," + GOOD + "]")))
                .isTrue();
        assertThat(WorkingSettings.areAllThatIsMissing(json("[" + WRONG_PORT + "," + REFUSED + "]")))
                .isFalse();
        assertThat(WorkingSettings.areAllThatIsMissing(json("[" + GOOD + "]"))).isFalse();
        assertThat(WorkingSettings.areAllThatIsMissing(json("[]"))).isFalse();
    }

    @Test
    void replaceOnlyThePortAndTheEncryption() throws IOException {
        ObjectNode form = (ObjectNode) json(
                "{\"imap\": {\"host\": \"h\", \"port\": 143, \"encryption\": \"tls\"}, \"smtp\": {\"host\": \"s\"}}");

        WorkingSettings.putInto(form, json("[" + WRONG_PORT + "," + GOOD + "]"));

        assertThat(form)
                .isEqualTo(
                        json(
                                "{\"imap\": {\"host\": \"h\", \"port\": 143, \"encryption\": \"starttls\"}, \"smtp\": {\"host\": \"s\"}}"));
        assertThat(WorkingSettings.inWords(json("[" + WRONG_PORT + "]"))).isEqualTo("IMAP 143 starttls");
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }
}

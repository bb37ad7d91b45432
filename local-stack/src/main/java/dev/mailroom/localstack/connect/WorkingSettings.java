package dev.mailroom.localstack.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The other ports and encryptions that a diagnosis found to work. */
final class WorkingSettings {

    private WorkingSettings() {}

    /** Whether every server that failed has another way that works. */
    static boolean areAllThatIsMissing(JsonNode diagnosis) {
        boolean any = false;
        for (JsonNode finding : diagnosis) {
            boolean good = finding.path("stage").asText().equals("ok");
            if (!good && !finding.path("suggestion").isObject()) {
                return false;
            }
            any |= !good;
        }
        return any;
    }

    /** Replaces the port and the encryption of each server that has another way. */
    static void putInto(ObjectNode form, JsonNode diagnosis) {
        for (JsonNode finding : diagnosis) {
            JsonNode suggestion = finding.path("suggestion");
            if (suggestion.isObject() && form.path(finding.path("leg").asText()) instanceof ObjectNode server) {
                server.put("port", suggestion.path("port").asInt())
                        .put("encryption", suggestion.path("encryption").asText());
            }
        }
    }

    /** For example {@code IMAP 993 tls}. */
    static String inWords(JsonNode diagnosis) {
        List<String> words = new ArrayList<>();
        for (JsonNode finding : diagnosis) {
            JsonNode suggestion = finding.path("suggestion");
            if (suggestion.isObject()) {
                words.add(finding.path("leg").asText().toUpperCase(Locale.ROOT) + " "
                        + suggestion.path("port").asInt() + " "
                        + suggestion.path("encryption").asText());
            }
        }
        return String.join(", ", words);
    }
}

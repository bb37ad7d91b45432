package dev.mailroom.localstack.connect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.localstack.terminal.Terminal;

/** Shows how far each of the two servers went and what a person can do. */
final class Diagnosis {

    private final Terminal terminal;

    Diagnosis(Terminal terminal) {
        this.terminal = terminal;
    }

    void print(JsonNode diagnosis) {
        for (JsonNode finding : diagnosis) {
            String stage = finding.path("stage").asText();
            boolean good = stage.equals("ok");
            terminal.line("  " + (good ? terminal.green("✓") : terminal.red("✗")) + " "
                    + "%-5s %-12s %s"
                            .formatted(
                                    finding.path("leg").asText(),
                                    stage,
                                    finding.path("category").asText("")));
            String hint = finding.path("hint").asText("");
            if (!good && !hint.isEmpty()) {
                Wrapped.lines(hint).forEach(line -> terminal.line("    " + line));
            }
        }
    }
}

package dev.mailroom.localstack.tail;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.localstack.terminal.Terminal;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Says an event in one line: when, where, what, whose, and the one or two facts that matter. Not thread safe. */
public final class EventLine {

    private static final int FACT_WIDTH = 60;
    private static final String TOPIC_PREFIX = "mailroom.";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    /** Facts by the path where an event may have them; the first of each name that is there is shown. */
    private static final List<String> FACTS = List.of(
            "state",
            "previous",
            "category",
            "detail",
            "done",
            "total",
            "message.subject",
            "subject",
            "mailbox.path",
            "from.path",
            "to.path",
            "labels",
            "unread",
            "source",
            "type",
            "label",
            "result",
            "description",
            "reason",
            "email_message_id",
            "next_attempt");

    private final Terminal terminal;
    private final Map<String, String> accounts = new HashMap<>();

    public EventLine(Terminal terminal) {
        this.terminal = terminal;
    }

    public String of(SeenEvent event) {
        learn(event);
        String topic =
                event.topic().startsWith(TOPIC_PREFIX) ? event.topic().substring(TOPIC_PREFIX.length()) : event.topic();
        String account = event.account();
        String who = account.isEmpty() ? "" : accounts.getOrDefault(account, shortId(account));
        return terminal.dim(TIME.format(event.time())) + "  " + terminal.dim("%-19s".formatted(topic)) + "  "
                + terminal.cyan("%-20s".formatted(event.type().isEmpty() ? "(no type)" : event.type())) + "  "
                + "%-24s".formatted(Terminal.clean(who, 24)) + "  " + facts(event);
    }

    /** An account's address says more to a person than its id. */
    private void learn(SeenEvent event) {
        JsonNode state = event.data().path("state");
        if (state.hasNonNull("email")) {
            accounts.put(event.account(), state.path("email").asText());
        }
    }

    private static String shortId(String id) {
        int dash = id.lastIndexOf('-');
        return dash < 0 ? id : "…" + id.substring(dash + 1);
    }

    private static String facts(SeenEvent event) {
        var facts = new ArrayList<String>();
        for (String path : FACTS) {
            JsonNode node = event.data().at("/" + path.replace('.', '/'));
            String text = text(node);
            if (!text.isEmpty()) {
                String name =
                        path.endsWith(".path") ? path.substring(0, path.indexOf('.')) : path.replace("message.", "");
                facts.add(name + "=" + text);
            }
        }
        JsonNode actions = event.data().path("actions");
        actions.forEach(action -> facts.add(
                action.path("type").asText() + ":" + action.path("outcome").asText()));
        return String.join(" ", facts);
    }

    private static String text(JsonNode node) {
        if (node.isArray()) {
            var parts = new ArrayList<String>();
            node.forEach(part -> parts.add(part.asText()));
            return parts.isEmpty() ? "" : quoted(String.join("/", parts));
        }
        return node.isValueNode() && !node.isNull() ? quoted(node.asText()) : "";
    }

    private static String quoted(String text) {
        String clean = Terminal.clean(text, FACT_WIDTH);
        return clean.indexOf(' ') >= 0 ? "\"" + clean + "\"" : clean;
    }
}

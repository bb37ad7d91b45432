package dev.mailroom.rules.action;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Writes actions as the JSON that {@link ActionReader} reads: what is stored and what is answered. */
public final class ActionWriter {
    private ActionWriter() {}

    public static ArrayNode write(List<Action> actions) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        actions.forEach(action -> list.add(write(action)));
        return list;
    }

    private static ObjectNode write(Action action) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", action.type());
        return switch (action) {
            case Action.ApplyLabel apply -> json.put("label", apply.label());
            case Action.RemoveLabel remove -> json.put("label", remove.label());
            case Action.SendResponse response ->
                json.put("subject", response.subject()).put("text", response.text());
            case Action.OnMessage simple -> json;
            case Action.Stop stop -> json;
        };
    }
}

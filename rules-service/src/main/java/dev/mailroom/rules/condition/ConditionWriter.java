package dev.mailroom.rules.condition;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.UUID;

/** Writes a tree as the JSON that {@link ConditionReader} reads: what is stored and what is answered. */
public final class ConditionWriter {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ConditionWriter() {}

    public static ObjectNode write(Condition condition) {
        return switch (condition) {
            case Condition.All all -> group("all", all.children());
            case Condition.Any any -> group("any", any.children());
            case Condition.Not not -> JSON.objectNode().set("not", write(not.child()));
            case Condition.Text text -> leaf(text).put("value", text.value());
            case Condition.Regex regex -> leaf(regex).put("value", regex.value());
            case Condition.Exists exists -> leaf(exists).put("value", exists.expected());
            case Condition.Flag flag -> leaf(flag).put("value", flag.expected());
            case Condition.Ids ids -> ids(ids);
        };
    }

    private static ObjectNode group(String name, List<Condition> children) {
        ArrayNode list = JSON.arrayNode();
        children.forEach(child -> list.add(write(child)));
        return JSON.objectNode().set(name, list);
    }

    private static ObjectNode ids(Condition.Ids ids) {
        List<String> values = ids.values().stream().map(UUID::toString).sorted().toList();
        if (ids.operator() == Operator.IS || ids.operator() == Operator.IS_NOT) {
            return leaf(ids).put("value", values.getFirst());
        }
        ArrayNode list = JSON.arrayNode();
        values.forEach(list::add);
        return leaf(ids).set("value", list);
    }

    private static ObjectNode leaf(Condition.Leaf leaf) {
        return JSON.objectNode()
                .put("field", leaf.field().json())
                .put("op", leaf.operator().json());
    }
}

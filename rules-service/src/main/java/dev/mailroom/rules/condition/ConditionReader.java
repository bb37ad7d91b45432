package dev.mailroom.rules.condition;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.mailroom.http.Ids;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tree from JSON: {@code {"all": […]}}, {@code {"any": […]}}, {@code {"not": {…}}} or
 * {@code {"field": …, "op": …, "value": …}}, nested. No condition, an empty object and an empty {@code all} or {@code any} at the
 * root want every message.
 */
public final class ConditionReader {
    /** Estimated instructions of a pattern; the work for a character is at most of this size. */
    static final int PATTERN_MAX_STEPS = 1_000;

    private static final Set<String> LEAF_KEYS = Set.of("field", "op", "value");
    private static final Set<String> GROUPS = Set.of("all", "any", "not");

    private final Faults faults;
    private int leaves;

    private ConditionReader(Faults faults) {
        this.faults = faults;
    }

    /**
     * Reads a tree and looks for contradictions in it.
     *
     * @param pointer where the tree stands in the body, for example {@code /condition}
     * @param faults takes what is wrong; the tree is of use only if nothing was added
     */
    public static Condition read(@Nullable JsonNode json, String pointer, Faults faults) {
        if (json == null || json.isNull() || isEmptyTree(json)) {
            return Condition.always();
        }
        ConditionReader reader = new ConditionReader(faults);
        Condition condition = reader.node(json, pointer, 1).orElseGet(Condition::always);
        if (faults.isEmpty()) {
            Contradictions.find(condition, pointer, faults);
        }
        return condition;
    }

    private static boolean isEmptyTree(JsonNode json) {
        if (!json.isObject() || json.size() > 1) {
            return false;
        }
        return json.isEmpty() || isEmptyArray(json.get("all")) || isEmptyArray(json.get("any"));
    }

    private static boolean isEmptyArray(@Nullable JsonNode json) {
        return json != null && json.isArray() && json.isEmpty();
    }

    private Optional<Condition> node(JsonNode json, String pointer, int depth) {
        if (!json.isObject()) {
            return wrong(pointer, "must be an object with all, any, not, or field and op");
        }
        List<String> groups = new ArrayList<>();
        json.fieldNames().forEachRemaining(name -> {
            if (GROUPS.contains(name)) {
                groups.add(name);
            }
        });
        if (groups.isEmpty()) {
            return leaf(json, pointer);
        }
        if (json.size() > 1) {
            return wrong(pointer, "must have exactly one of all, any, not and nothing beside it");
        }
        if (depth > Condition.DEPTH_MAX_LEVELS) {
            return wrong(pointer, "is nested deeper than " + Condition.DEPTH_MAX_LEVELS + " levels");
        }
        String group = groups.getFirst();
        JsonNode content = json.get(group);
        String inner = pointer + "/" + group;
        if (group.equals("not")) {
            return node(content, inner, depth + 1).map(Condition.Not::new);
        }
        return children(content, inner, depth)
                .map(children -> group.equals("all") ? new Condition.All(children) : new Condition.Any(children));
    }

    private Optional<List<Condition>> children(JsonNode json, String pointer, int depth) {
        if (!json.isArray() || json.isEmpty()) {
            faults.add(pointer, "must be a list of at least one condition");
            return Optional.empty();
        }
        List<Condition> children = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            if (leaves > Condition.LEAVES_MAX) {
                return Optional.empty();
            }
            node(json.get(i), pointer + "/" + i, depth + 1).ifPresent(children::add);
        }
        return Optional.of(children);
    }

    private Optional<Condition> leaf(JsonNode json, String pointer) {
        if (++leaves > Condition.LEAVES_MAX) {
            return leaves == Condition.LEAVES_MAX + 1
                    ? wrong(pointer, "is one condition too many: a rule has at most " + Condition.LEAVES_MAX)
                    : Optional.empty();
        }
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            if (!LEAF_KEYS.contains(entry.getKey())) {
                return wrong(
                        pointer + "/" + escaped(entry.getKey()), "is not known; a condition has field, op and value");
            }
        }
        Optional<Field> field = Optional.ofNullable(json.get("field"))
                .filter(JsonNode::isTextual)
                .flatMap(name -> Field.of(name.textValue()));
        if (field.isEmpty()) {
            return wrong(pointer + "/field", "must be one of " + Field.names());
        }
        Field.Kind kind = field.get().kind();
        Optional<Operator> operator = Optional.ofNullable(json.get("op"))
                .filter(JsonNode::isTextual)
                .flatMap(name -> Operator.of(name.textValue()))
                .filter(Operator.of(kind)::contains);
        if (operator.isEmpty()) {
            return wrong(
                    pointer + "/op",
                    "must be one of " + Operator.names(kind) + " for "
                            + field.get().json());
        }
        JsonNode value = json.get("value");
        return value(field.get(), operator.get(), value == null || value.isNull() ? null : value, pointer + "/value");
    }

    private Optional<Condition> value(Field field, Operator operator, @Nullable JsonNode value, String pointer) {
        if (operator == Operator.EXISTS) {
            return value == null
                    ? Optional.of(new Condition.Exists(field, true))
                    : flag(value, pointer).map(expected -> new Condition.Exists(field, expected));
        }
        if (value == null) {
            return wrong(pointer, "is missing");
        }
        return switch (field.kind()) {
            case FLAG -> flag(value, pointer).map(expected -> new Condition.Flag(field, expected));
            case ID -> ids(field, operator, value, pointer);
            case TEXT, ADDRESS ->
                operator == Operator.MATCHES_REGEX
                        ? regex(field, value, pointer)
                        : text(field, operator, value, pointer);
        };
    }

    private Optional<Boolean> flag(JsonNode value, String pointer) {
        return value.isBoolean() ? Optional.of(value.booleanValue()) : wrong(pointer, "must be true or false");
    }

    private Optional<Condition> text(Field field, Operator operator, JsonNode value, String pointer) {
        Optional<String> written = string(value, pointer);
        if (written.isEmpty()) {
            return Optional.empty();
        }
        String folded =
                field.kind() == Field.Kind.ADDRESS ? Folding.foldAddress(written.get()) : Folding.fold(written.get());
        folded = switch (operator) {
            case IS, IS_NOT -> folded.strip();
            case BEGINS_WITH -> folded.stripLeading();
            case ENDS_WITH -> folded.stripTrailing();
            default -> folded;
        };
        if (folded.isBlank()) {
            return wrong(pointer, "has no visible character");
        }
        return Optional.of(new Condition.Text(field, operator, written.get(), folded));
    }

    private Optional<Condition> regex(Field field, JsonNode value, String pointer) {
        Optional<String> written = string(value, pointer);
        if (written.isEmpty()) {
            return Optional.empty();
        }
        long steps = PatternSize.of(written.get());
        if (steps > PATTERN_MAX_STEPS) {
            return wrong(pointer, "is too large a pattern: use smaller counts in its braces");
        }
        try {
            Pattern pattern = Pattern.compile(written.get(), Pattern.CASE_INSENSITIVE);
            return Optional.of(new Condition.Regex(field, written.get(), pattern, (int) steps));
        } catch (PatternSyntaxException e) {
            return wrong(pointer, "is not a pattern that RE2 understands: " + e.getDescription());
        }
    }

    private Optional<Condition> ids(Field field, Operator operator, JsonNode value, String pointer) {
        boolean list = operator == Operator.IN || operator == Operator.NOT_IN;
        if (!list) {
            return id(value, pointer).map(id -> new Condition.Ids(field, operator, Set.of(id)));
        }
        if (!value.isArray() || value.isEmpty() || value.size() > Condition.IDS_MAX) {
            return wrong(pointer, "must be a list of 1 to " + Condition.IDS_MAX + " ids");
        }
        Set<UUID> ids = new LinkedHashSet<>();
        for (int i = 0; i < value.size(); i++) {
            id(value.get(i), pointer + "/" + i).ifPresent(ids::add);
        }
        return Optional.of(new Condition.Ids(field, operator, ids));
    }

    private Optional<UUID> id(JsonNode value, String pointer) {
        if (value.isTextual() && value.textValue().length() == 36) {
            try {
                return Optional.of(Ids.parse(value.textValue()));
            } catch (IllegalArgumentException e) {
                return wrong(pointer, "must be an id (UUID)");
            }
        }
        return wrong(pointer, "must be an id (UUID)");
    }

    private Optional<String> string(JsonNode value, String pointer) {
        if (!value.isTextual()) {
            return wrong(pointer, "must be a text");
        }
        String text = value.textValue();
        if (text.isEmpty() || text.length() > Condition.VALUE_MAX_CHARACTERS) {
            return wrong(pointer, "must have 1 to " + Condition.VALUE_MAX_CHARACTERS + " characters");
        }
        if (text.indexOf('\0') >= 0) {
            return wrong(pointer, "must not have the character U+0000");
        }
        return Optional.of(text);
    }

    private <T> Optional<T> wrong(String pointer, String message) {
        faults.add(pointer, message);
        return Optional.empty();
    }

    /** A key as a JSON pointer names it, RFC 6901 section 3; cut, since anybody can send a long one. */
    private static String escaped(String key) {
        String shown = key.length() > 60 ? key.substring(0, 60) : key;
        return shown.replace("~", "~0").replace("/", "~1");
    }
}

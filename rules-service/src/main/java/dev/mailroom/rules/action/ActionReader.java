package dev.mailroom.rules.action;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.rules.condition.Faults;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the actions of a rule from JSON. */
public final class ActionReader {
    private static final Set<String> LABEL_KEYS = Set.of("type", "label");
    private static final Set<String> RESPONSE_KEYS = Set.of("type", "subject", "text");
    private static final Set<String> NO_KEYS = Set.of("type");
    private static final String AVAILABLE = "apply_label, remove_label, "
            + Arrays.stream(Action.Simple.values()).map(Action.Simple::json).collect(Collectors.joining(", "))
            + ", send_response, stop";

    private final Faults faults;

    private ActionReader(Faults faults) {
        this.faults = faults;
    }

    /**
     * Reads a list of actions.
     *
     * @param pointer where the list stands in the body, for example {@code /actions}
     * @param faults takes what is wrong; the list is of use only if nothing was added
     */
    public static List<Action> read(@Nullable JsonNode json, String pointer, Faults faults) {
        if (json == null || !json.isArray() || json.isEmpty() || json.size() > Action.ACTIONS_MAX) {
            faults.add(pointer, "must be a list of 1 to " + Action.ACTIONS_MAX + " actions");
            return List.of();
        }
        ActionReader reader = new ActionReader(faults);
        List<Action> actions = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            String at = pointer + "/" + i;
            reader.action(json.get(i), at).ifPresent(actions::add);
            boolean last = i == json.size() - 1;
            if (!last && !actions.isEmpty() && actions.getLast() instanceof Action.Stop) {
                faults.add(pointer + "/" + (i + 1), "is never reached: stop must be the last action");
                return actions;
            }
        }
        return actions;
    }

    private Optional<Action> action(JsonNode json, String pointer) {
        JsonNode type = json.get("type");
        if (!json.isObject() || type == null || !type.isTextual()) {
            return wrong(pointer + "/type", "must be one of " + AVAILABLE);
        }
        return switch (type.textValue()) {
            case "apply_label" -> label(json, pointer).map(Action.ApplyLabel::new);
            case "remove_label" -> label(json, pointer).map(Action.RemoveLabel::new);
            case "send_response" -> response(json, pointer);
            case "stop" -> onlyKeys(json, NO_KEYS, pointer) ? Optional.of(new Action.Stop()) : Optional.empty();
            default -> simple(json, type.textValue(), pointer);
        };
    }

    private Optional<Action> simple(JsonNode json, String type, String pointer) {
        for (Action.Simple simple : Action.Simple.values()) {
            if (simple.json().equals(type)) {
                return onlyKeys(json, NO_KEYS, pointer) ? Optional.of(new Action.OnMessage(simple)) : Optional.empty();
            }
        }
        return wrong(pointer + "/type", "must be one of " + AVAILABLE);
    }

    private Optional<String> label(JsonNode json, String pointer) {
        if (!onlyKeys(json, LABEL_KEYS, pointer)) {
            return Optional.empty();
        }
        JsonNode value = json.get("label");
        if (value == null || !value.isTextual()) {
            return wrong(pointer + "/label", "must be a text, \"A/B\" for a label below another");
        }
        String label =
                Normalizer.normalize(value.textValue(), Normalizer.Form.NFC).strip();
        if (label.isEmpty() || label.length() > Action.LABEL_MAX_CHARACTERS) {
            return wrong(pointer + "/label", "must have 1 to " + Action.LABEL_MAX_CHARACTERS + " characters");
        }
        String[] levels = label.split("/", -1);
        if (levels.length > Action.LABEL_MAX_LEVELS) {
            return wrong(pointer + "/label", "has more than " + Action.LABEL_MAX_LEVELS + " levels");
        }
        if (Arrays.stream(levels).anyMatch(String::isBlank)) {
            return wrong(pointer + "/label", "has a level without a name");
        }
        if (hasControls(label, false)) {
            return wrong(pointer + "/label", "has control characters");
        }
        if (label.equalsIgnoreCase("inbox")) {
            return wrong(pointer + "/label", "is the inbox: use move_to_inbox or archive");
        }
        return Optional.of(label);
    }

    private Optional<Action> response(JsonNode json, String pointer) {
        if (!onlyKeys(json, RESPONSE_KEYS, pointer)) {
            return Optional.empty();
        }
        JsonNode subject = json.get("subject");
        boolean ownSubject = subject != null && !subject.isNull();
        if (ownSubject
                && (!subject.isTextual()
                        || subject.textValue().isBlank()
                        || subject.textValue().length() > Action.SUBJECT_MAX_CHARACTERS
                        || hasControls(subject.textValue(), false))) {
            return wrong(
                    pointer + "/subject",
                    "must be one line of 1 to " + Action.SUBJECT_MAX_CHARACTERS + " characters, or null");
        }
        JsonNode text = json.get("text");
        if (text == null
                || !text.isTextual()
                || text.textValue().isBlank()
                || text.textValue().length() > Action.RESPONSE_MAX_CHARACTERS
                || hasControls(text.textValue(), true)) {
            return wrong(
                    pointer + "/text",
                    "must be a text of 1 to " + Action.RESPONSE_MAX_CHARACTERS
                            + " characters without control characters");
        }
        return Optional.of(new Action.SendResponse(ownSubject ? subject.textValue() : null, text.textValue()));
    }

    private boolean onlyKeys(JsonNode json, Set<String> known, String pointer) {
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            if (!known.contains(entry.getKey())) {
                String key = entry.getKey().length() > 60 ? entry.getKey().substring(0, 60) : entry.getKey();
                faults.add(
                        pointer + "/" + key.replace("~", "~0").replace("/", "~1"),
                        "is not known for this type of action");
                return false;
            }
        }
        return true;
    }

    private <T> Optional<T> wrong(String pointer, String message) {
        faults.add(pointer, message);
        return Optional.empty();
    }

    private static boolean hasControls(String text, boolean lines) {
        return text.chars()
                .anyMatch(character -> Character.isISOControl(character)
                        && !(lines && (character == '\n' || character == '\r' || character == '\t')));
    }
}

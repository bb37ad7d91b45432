package dev.mailroom.rules.condition;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.http.FieldError;
import java.util.List;

/** Trees from JSON with single quotes, for tests. */
public final class Trees {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Trees() {}

    /**
     * The tree.
     *
     * @throws IllegalArgumentException if it has faults
     */
    public static Condition tree(String json) {
        Faults faults = new Faults();
        Condition condition = read(json, faults);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(faults.list().toString());
        }
        return condition;
    }

    static List<FieldError> faults(String json) {
        Faults faults = new Faults();
        read(json, faults);
        return faults.list();
    }

    private static Condition read(String json, Faults faults) {
        try {
            return ConditionReader.read(JSON.readTree(json.replace('\'', '"')), "/condition", faults);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }
}

package dev.mailroom.rules.condition;

import dev.mailroom.http.FieldError;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a rule, so that a person hears of all of it at once. Used by one thread. */
public final class Faults {
    /** Faults that are told; a rule with more has been told enough. */
    public static final int FAULTS_MAX = 50;

    private final List<FieldError> errors = new ArrayList<>();

    /**
     * Adds one, unless there are enough.
     *
     * @param pointer JSON pointer into the body of the request
     */
    public void add(String pointer, String message) {
        if (errors.size() < FAULTS_MAX) {
            errors.add(new FieldError(pointer, message));
        }
    }

    public boolean isEmpty() {
        return errors.isEmpty();
    }

    public List<FieldError> list() {
        return List.copyOf(errors);
    }
}

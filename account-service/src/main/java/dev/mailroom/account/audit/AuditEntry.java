package dev.mailroom.account.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was done to what.
 *
 * @param action {@code <subject>.<past participle>} in lower case
 * @param subjectType {@code account}, {@code alias}, {@code team}, …
 * @param subject null where there is only one
 * @param changes in the order in which they were given, at most {@link #CHANGES_MAX}
 */
public record AuditEntry(
        String action, String subjectType, @Nullable UUID subject, List<Change> changes) {
    static final int CHANGES_MAX = 50;
    static final int VALUE_MAX_CHARACTERS = 500;

    private static final Pattern ACTION = Pattern.compile("[a-z_]+(\\.[a-z_]+)+");
    private static final Pattern SUBJECT_TYPE = Pattern.compile("[a-z_]+");
    private static final Pattern SECRET = Pattern.compile("password|passwd|secret|token|sealed|signature|body|subject");

    /**
     * One field.
     *
     * @param old null where there was none, and always if it is hidden
     * @param hidden true where only the name may be known
     * @param cut true where a value is longer than it is kept, which ends with … then
     */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record Change(
            String field, @Nullable String old, @Nullable String now, boolean hidden, boolean cut) {}

    public AuditEntry {
        if (!ACTION.matcher(action).matches()
                || !SUBJECT_TYPE.matcher(subjectType).matches()) {
            throw new IllegalArgumentException("not the words of an audit entry: " + action + ", " + subjectType);
        }
        changes = List.copyOf(changes);
    }

    public static AuditEntry of(String action, String subjectType, @Nullable UUID subject) {
        return new AuditEntry(action, subjectType, subject, List.of());
    }

    /**
     * Adds a harmless field; does nothing if it did not change. Values are kept up to {@link #VALUE_MAX_CHARACTERS}.
     *
     * @throws IllegalArgumentException if the name is that of a secret
     */
    public AuditEntry field(String name, @Nullable Object old, @Nullable Object now) {
        if (SECRET.matcher(name).find()) {
            throw new IllegalArgumentException("the field " + name + " may only be named");
        }
        return Objects.equals(old, now)
                ? this
                : with(new Change(name, text(old), text(now), false, isLong(old) || isLong(now)));
    }

    /** Adds the name of a field whose values nobody may see. */
    public AuditEntry hidden(String name) {
        return with(new Change(name, null, null, true, false));
    }

    private AuditEntry with(Change change) {
        if (changes.size() >= CHANGES_MAX) {
            return this;
        }
        List<Change> more = new ArrayList<>(changes);
        more.add(change);
        return new AuditEntry(action, subjectType, subject, more);
    }

    private static boolean isLong(@Nullable Object value) {
        return value != null && value.toString().length() > VALUE_MAX_CHARACTERS;
    }

    private static @Nullable String text(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        String text = value.toString();
        if (text.length() <= VALUE_MAX_CHARACTERS) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(VALUE_MAX_CHARACTERS - 1))
                ? VALUE_MAX_CHARACTERS - 1
                : VALUE_MAX_CHARACTERS;
        return text.substring(0, end) + "…";
    }
}

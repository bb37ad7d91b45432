package dev.mailroom.http;

import jakarta.ws.rs.QueryParam;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which part of a list is asked for. Used as a {@code @BeanParam}. */
public class PageRequest {
    /** Entries of a page where the caller names no number. */
    public static final int LIMIT_DEFAULT = 50;

    /** Entries that a page may have. */
    public static final int LIMIT_MAX = 200;

    private static final int CURSOR_MAX_CHARACTERS = 500;

    @QueryParam("limit")
    @Nullable
    String limit;

    @QueryParam("cursor")
    @Nullable
    String cursor;

    /**
     * @return 1..{@link #LIMIT_MAX}
     * @throws ProblemException 400 if it is not a number in that range
     */
    public int limit() {
        if (limit == null) {
            return LIMIT_DEFAULT;
        }
        try {
            int number = Integer.parseInt(limit);
            if (number >= 1 && number <= LIMIT_MAX) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw badLimit();
        }
        throw badLimit();
    }

    /**
     * The position after which the page begins; empty for the first page.
     *
     * @throws ProblemException 400 if the cursor is not one that this interface gave out
     */
    public Optional<String> after() {
        if (cursor == null || cursor.isEmpty()) {
            return Optional.empty();
        }
        if (cursor.length() > CURSOR_MAX_CHARACTERS) {
            throw badCursor();
        }
        try {
            return Optional.of(Page.decode(cursor));
        } catch (IllegalArgumentException e) {
            throw badCursor();
        }
    }

    /** What a resource throws when the position of a cursor means nothing to it. */
    public static ProblemException badCursor() {
        return Problems.invalid("?cursor", "is not a cursor of this list; leave it out to begin at the start");
    }

    private static ProblemException badLimit() {
        return Problems.invalid("?limit", "must be a number from 1 to " + LIMIT_MAX);
    }
}

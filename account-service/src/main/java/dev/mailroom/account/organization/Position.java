package dev.mailroom.account.organization;

import dev.mailroom.http.Ids;
import dev.mailroom.http.PageRequest;
import java.util.UUID;

/** Where a page of a list in order of ids begins. */
final class Position {
    private static final UUID FIRST = new UUID(0, 0);

    private Position() {}

    /** The id after which the page begins. */
    static UUID after(PageRequest page) {
        return page.after().map(Position::parse).orElse(FIRST);
    }

    private static UUID parse(String cursor) {
        try {
            return Ids.parse(cursor);
        } catch (IllegalArgumentException e) {
            throw PageRequest.badCursor();
        }
    }
}

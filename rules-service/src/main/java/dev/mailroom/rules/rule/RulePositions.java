package dev.mailroom.rules.rule;

import dev.mailroom.http.Ids;
import dev.mailroom.http.PageRequest;

/** A place in the list of rules as a cursor carries it: position, id, and the part of the description that orders. */
final class RulePositions {
    private RulePositions() {}

    static String write(RuleRow row) {
        return row.position + " " + row.id + " " + row.descriptionKey;
    }

    /** @throws dev.mailroom.http.ProblemException 400 if it is not what {@link #write} gave out */
    static RuleRepository.Position read(String cursor) {
        String[] parts = cursor.split(" ", 3);
        if (parts.length != 3) {
            throw PageRequest.badCursor();
        }
        try {
            return new RuleRepository.Position(Integer.parseInt(parts[0]), parts[2], Ids.parse(parts[1]));
        } catch (IllegalArgumentException e) {
            throw PageRequest.badCursor();
        }
    }
}

package dev.mailroom.sync.access;

import dev.mailroom.http.ProblemException;
import dev.mailroom.http.Problems;
import java.util.UUID;

/**
 * What a viewer may do with an account whose state he may see.
 *
 * @param content read its mail and act on it
 * @param change its mailboxes: the owner, and managers where it is shared with somebody
 */
public record AccountAccess(UUID account, boolean content, boolean change) {
    /** For what the viewer sees and may not change. */
    public static ProblemException notYours() {
        return Problems.forbidden(
                "not-your-account",
                "Only the person who connected an account can change it, and owners and admins if it is shared");
    }
}

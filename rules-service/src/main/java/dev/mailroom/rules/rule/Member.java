package dev.mailroom.rules.rule;

import dev.mailroom.http.Caller;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import java.util.UUID;

/**
 * Who asks, taken from the token before the work leaves the request's thread.
 *
 * @param manager whether the organization's own rules are theirs to change
 */
public record Member(UUID organization, UUID user, boolean manager) {

    public static Member of(Caller caller) {
        return new Member(caller.organization(), caller.user(), caller.is(Roles.OWNER) || caller.is(Roles.ADMIN));
    }

    /** @throws dev.mailroom.http.ProblemException 403 if rules of this scope are not theirs to change */
    void requireWrite(Scope scope) {
        if (scope == Scope.ORGANIZATION && !manager) {
            throw Problems.forbidden(
                    "organization-rules", "Rules of the organization are changed by its owners and admins");
        }
    }
}

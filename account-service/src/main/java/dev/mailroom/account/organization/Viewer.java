package dev.mailroom.account.organization;

import dev.mailroom.http.Caller;
import dev.mailroom.http.Roles;
import java.util.UUID;

/**
 * Who asks.
 *
 * @param manager owner or admin of the organization: sees and changes every account; others see their own and the shared ones and
 *     change their own
 */
public record Viewer(UUID organization, UUID user, boolean manager) {
    public static Viewer of(Caller caller) {
        return new Viewer(caller.organization(), caller.user(), caller.is(Roles.OWNER) || caller.is(Roles.ADMIN));
    }
}

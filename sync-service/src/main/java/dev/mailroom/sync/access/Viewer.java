package dev.mailroom.sync.access;

import dev.mailroom.http.Caller;
import dev.mailroom.http.Roles;
import java.util.UUID;

/**
 * Who asks.
 *
 * @param manager owner or admin of the organization
 */
public record Viewer(UUID organization, UUID user, boolean manager) {
    /** @throws dev.mailroom.http.ProblemException 403 if the token names no organization or no user, as that of another service does */
    public static Viewer of(Caller caller) {
        return new Viewer(caller.organization(), caller.user(), caller.is(Roles.OWNER) || caller.is(Roles.ADMIN));
    }
}

package dev.mailroom.account.organization;

import dev.mailroom.account.audit.Actor;
import dev.mailroom.http.Caller;
import dev.mailroom.http.Roles;
import java.util.Set;
import java.util.UUID;

/**
 * Who asks.
 *
 * @param manager owner or admin of the organization: sees every account and changes those that are shared; others see their own and the
 *     shared ones and change their own
 * @param actor the same person, for the audit log
 */
public record Viewer(UUID organization, UUID user, boolean manager, Actor actor) {
    /** A person outside of a request. */
    public Viewer(UUID organization, UUID user, boolean manager) {
        this(organization, user, manager, new Actor(organization, Actor.Kind.USER, user, Set.of(), null));
    }

    /** Whether the organization is theirs, which is more than to manage it. */
    public boolean organizationOwner() {
        return actor.roles().contains(Roles.OWNER);
    }

    public static Viewer of(Caller caller) {
        boolean manager = caller.is(Roles.OWNER) || caller.is(Roles.ADMIN);
        return new Viewer(caller.organization(), caller.user(), manager, Actor.user(caller));
    }
}

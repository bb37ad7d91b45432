package dev.mailroom.account.audit;

import dev.mailroom.http.Caller;
import dev.mailroom.http.Roles;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who does something, for the audit log.
 *
 * @param organization in whose audit log it is written; null for what belongs to the installation as a whole
 * @param id the user, or the id made from the name of a service or an operator; null for the system
 * @param requestId the request in which it is done; null for the system
 */
public record Actor(
        @Nullable UUID organization,
        Kind kind,
        @Nullable UUID id,
        Set<String> roles,
        @Nullable String requestId) {

    /** What kind of actor. */
    public enum Kind {
        USER,
        SERVICE,
        OPERATOR,
        SYSTEM
    }

    /** A user within the organization of the token. */
    public static Actor user(Caller caller) {
        return new Actor(caller.organization(), Kind.USER, caller.user(), caller.roles(), caller.requestId());
    }

    /** A service or an operator, who belong to no organization; see {@link #in}. */
    public static Actor ofInstallation(Caller caller) {
        Kind kind = caller.is(Roles.OPERATOR) ? Kind.OPERATOR : Kind.SERVICE;
        return new Actor(null, kind, caller.user(), caller.roles(), caller.requestId());
    }

    /** What the service does by itself for an organization. */
    public static Actor system(UUID organization) {
        return new Actor(organization, Kind.SYSTEM, null, Set.of(), null);
    }

    /** The same actor, doing something to what belongs to an organization. */
    public Actor in(UUID other) {
        return new Actor(other, kind, id, roles, requestId);
    }
}

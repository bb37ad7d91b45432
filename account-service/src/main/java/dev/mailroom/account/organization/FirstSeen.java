package dev.mailroom.account.organization;

import dev.mailroom.contracts.OrganizationEvent.Role;
import dev.mailroom.http.Caller;
import dev.mailroom.http.ProblemException;
import dev.mailroom.http.Roles;
import jakarta.ws.rs.Priorities;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.jwt.Claims;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * Writes a person down whose token is seen for the first time, so that an installation needs no directory before its first request. What
 * the token says about name and address is taken over once, the address only with the claim {@code email_verified}; after that the
 * directory is changed by hand. Whoever was removed from the directory is refused, however long their token is valid.
 */
public class FirstSeen {
    /** People whom this process knows to be written down; beyond that the longest unseen is looked up again. */
    private static final int KNOWN_MAX = 10_000;

    private static final Logger LOG = Logger.getLogger(FirstSeen.class);

    private final Users users;
    private final Caller caller;
    private final JsonWebToken token;
    private final Map<Person, Boolean> known = Collections.synchronizedMap(new LeastRecentlySeen());

    FirstSeen(Users users, Caller caller, JsonWebToken token) {
        this.users = users;
        this.caller = caller;
        this.token = token;
    }

    private record Person(UUID organization, UUID user) {}

    /**
     * Looks a person up with each request, because another replica may have removed them. That somebody cannot be written down stops no
     * request.
     *
     * @throws ProblemException 403 {@code user-removed}
     */
    @ServerRequestFilter(priority = Priorities.USER + 1)
    public void note() {
        Role role = role();
        Person person = role == null ? null : person();
        if (role == null || person == null) {
            return;
        }
        Viewer viewer = Viewer.of(caller);
        users.requireNotRemoved(viewer);
        // Of many requests at once the first writes; none waits for it.
        if (known.putIfAbsent(person, true) != null) {
            return;
        }
        try {
            users.note(viewer, name(person.user()), email(), role);
        } catch (RuntimeException e) {
            known.remove(person);
            LOG.warnf(e, "user not written down user=%s organization=%s", person.user(), person.organization());
        }
    }

    private @Nullable Role role() {
        if (token.getSubject() == null) {
            return null;
        }
        if (caller.is(Roles.OWNER)) {
            return Role.OWNER;
        }
        if (caller.is(Roles.ADMIN)) {
            return Role.ADMIN;
        }
        return caller.is(Roles.MEMBER) ? Role.MEMBER : null;
    }

    /** Null where the token names no organization; the resource refuses it. */
    private @Nullable Person person() {
        try {
            return new Person(caller.organization(), caller.user());
        } catch (ProblemException e) {
            return null;
        }
    }

    private String name(UUID user) {
        for (String claim : new String[] {"name", Claims.preferred_username.name(), Claims.sub.name()}) {
            if (token.getClaim(claim) instanceof String name && DirectoryCheck.isName(name)) {
                return name.strip();
            }
        }
        return user.toString();
    }

    /** Null unless the issuer says that the address is the person's: what goes wrong with their accounts is told there. */
    private @Nullable String email() {
        if (!"true".equals(String.valueOf(token.<Object>getClaim(Claims.email_verified.name())))) {
            return null;
        }
        return token.getClaim(Claims.email.name()) instanceof String email && DirectoryCheck.isEmail(email)
                ? email
                : null;
    }

    private static final class LeastRecentlySeen extends LinkedHashMap<Person, Boolean> {
        private static final long serialVersionUID = 1L;

        LeastRecentlySeen() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Person, Boolean> eldest) {
            return size() > KNOWN_MAX;
        }
    }
}

package dev.mailroom.http;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Who asks, read from the verified token. */
@RequestScoped
public class Caller {
    private static final String ORGANIZATION_CLAIM = "org";

    private final JsonWebToken token;

    @Inject
    Caller(JsonWebToken token) {
        this.token = token;
    }

    /**
     * The organization that the caller acts for. Every query of a service is limited by it.
     *
     * @throws ProblemException 403 {@code no-organization} if the token names none
     */
    public UUID organization() {
        Object claim = token.getClaim(ORGANIZATION_CLAIM);
        if (claim != null) {
            try {
                return UUID.fromString(claim.toString());
            } catch (IllegalArgumentException e) {
                throw Problems.forbidden("no-organization", "The claim \"org\" of the token is not a UUID");
            }
        }
        throw Problems.forbidden("no-organization", "The token has no claim \"org\"");
    }

    /** The user: the token's {@code sub}, or an id made from it where it is not a UUID. */
    public UUID user() {
        String subject = token.getSubject();
        if (subject == null || subject.isBlank()) {
            throw Problems.forbidden("no-subject", "The token has no claim \"sub\"");
        }
        try {
            return UUID.fromString(subject);
        } catch (IllegalArgumentException e) {
            return UUID.nameUUIDFromBytes(subject.getBytes(StandardCharsets.UTF_8));
        }
    }

    public Set<String> roles() {
        return Set.copyOf(token.getGroups());
    }

    public boolean is(String role) {
        return token.getGroups().contains(role);
    }
}

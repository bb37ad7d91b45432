package dev.mailroom.http;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/** Who asks, read from the verified token. */
@RequestScoped
public class Caller {
    private static final String ORGANIZATION_CLAIM = "org";

    private final JsonWebToken token;
    private final CurrentVertxRequest request;

    @Inject
    Caller(JsonWebToken token, CurrentVertxRequest request) {
        this.token = token;
        this.request = request;
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
                return Ids.parse(claim.toString());
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
            return Ids.parse(subject);
        } catch (IllegalArgumentException e) {
            return UUID.nameUUIDFromBytes(subject.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** What this request is called in logs and in the audit log: the client's {@code X-Request-Id}, or one made here. */
    public String requestId() {
        String id = AnswerHeaders.requestId(request.getCurrent());
        return id == null ? "none" : id;
    }

    /** What tells this user from all others, whatever the organization; null where there is no token. */
    @Nullable
    String key() {
        String subject = token.getSubject();
        return subject == null ? null : token.getClaim(ORGANIZATION_CLAIM) + " " + subject;
    }

    public Set<String> roles() {
        return Set.copyOf(token.getGroups());
    }

    public boolean is(String role) {
        return token.getGroups().contains(role);
    }
}

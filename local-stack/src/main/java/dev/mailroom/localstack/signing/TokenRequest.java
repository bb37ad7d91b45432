package dev.mailroom.localstack.signing;

import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a token shall say.
 *
 * @param organization null for a role that is bound to none
 */
public record TokenRequest(String role, @Nullable UUID organization, String subject, Duration lifetime) {

    /** For calls between services. */
    public static TokenRequest service(Duration lifetime) {
        return new TokenRequest("service", null, "mailroom-service", lifetime);
    }
}

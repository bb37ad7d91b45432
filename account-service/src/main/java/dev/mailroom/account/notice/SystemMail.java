package dev.mailroom.account.notice;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A mail that the system is to send.
 *
 * @param organization on whose behalf; must be that of the transaction
 * @param user whose doing it is; null where it is nobody's
 * @param purpose a stable word for metrics and limits, such as {@code alias_verification}
 * @param recipient one address; where it cannot be sent to, the mail fails
 */
public record SystemMail(UUID organization, @Nullable UUID user, String purpose, String recipient, Letter letter) {
    @Override
    public String toString() {
        return "SystemMail[" + purpose + "]";
    }
}

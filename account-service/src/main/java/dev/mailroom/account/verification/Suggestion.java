package dev.mailroom.account.verification;

import dev.mailroom.contracts.AccountState.Encryption;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Another way to reach the same server, which was tried and leads up to the log-in.
 *
 * @param port 1..65535
 */
@Schema(description = "Tried just now on the same host, without a log-in: this port and encryption work")
public record Suggestion(@Schema(examples = "993") int port, Encryption encryption) {
    String inWords() {
        return (encryption == Encryption.TLS ? "TLS" : "STARTTLS") + " on port " + port;
    }
}

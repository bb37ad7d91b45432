package dev.mailroom.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The whole connection state of an account, without its secrets.
 *
 * @param revision grows by one with each change; a consumer keeps the highest it has seen
 * @param credentialVersion grows when the password or username changes: what is older must be fetched again
 * @param history how much old mail is wanted, one of {@code none 1m 3m 6m 1y 2y 3y 5y 10y all}
 * @param addresses the address of the account and its aliases, lower case: mail from these is the account's own
 * @param owner the user who connected it, whose personal rules see its mail; null where the writer does not say
 */
public record AccountState(
        UUID account,
        UUID organization,
        long revision,
        Kind kind,
        String displayName,
        String email,
        String username,
        Server imap,
        Server smtp,
        String history,
        boolean paused,
        long credentialVersion,
        List<String> addresses,
        Sharing sharing,
        Instant createdAt,
        @Nullable UUID owner) {

    public enum Kind {
        @JsonProperty("imap")
        IMAP,
        @JsonProperty("exchange")
        EXCHANGE
    }

    public enum Encryption {
        @JsonProperty("tls")
        TLS,
        @JsonProperty("starttls")
        STARTTLS
    }

    /** @param port 1..65535 */
    public record Server(String host, int port, Encryption encryption) {
        public Server {
            Required.of("host", host);
            Required.of("encryption", encryption);
        }
    }

    /** @param mode {@code personal} or {@code shared} */
    public record Sharing(
            String mode,
            @Nullable UUID team,
            List<UUID> users,
            @Nullable String delivery) {
        public Sharing {
            Required.of("mode", mode);
            users = Required.list(users);
        }

        public static Sharing personal() {
            return new Sharing("personal", null, List.of(), null);
        }
    }

    /** The state of an account whose owner is not said. */
    public AccountState(
            UUID account,
            UUID organization,
            long revision,
            Kind kind,
            String displayName,
            String email,
            String username,
            Server imap,
            Server smtp,
            String history,
            boolean paused,
            long credentialVersion,
            List<String> addresses,
            Sharing sharing,
            Instant createdAt) {
        this(
                account,
                organization,
                revision,
                kind,
                displayName,
                email,
                username,
                imap,
                smtp,
                history,
                paused,
                credentialVersion,
                addresses,
                sharing,
                createdAt,
                null);
    }

    public AccountState {
        Required.of("account", account);
        Required.of("organization", organization);
        Required.of("kind", kind);
        Required.of("display_name", displayName);
        Required.of("email", email);
        Required.of("username", username);
        Required.of("imap", imap);
        Required.of("smtp", smtp);
        Required.of("history", history);
        addresses = Required.list(addresses);
        Required.of("sharing", sharing);
        Required.of("created_at", createdAt);
    }
}

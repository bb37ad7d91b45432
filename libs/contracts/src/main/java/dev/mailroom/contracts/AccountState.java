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
 * @param audience who may read its mail besides the owner: the sharing with its teams resolved, so that no reader has to know teams
 * @param aliases the addresses that mail can be sent from, the default one first; empty where the writer does not say
 * @param inboxSeen INBOX as the log-in saw it that connected the account: what came to it later is new mail; null where that is not known
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
        @Nullable UUID owner,
        Audience audience,
        List<Alias> aliases,
        @Nullable InboxSeen inboxSeen) {

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

    /**
     * Some users of the organization.
     *
     * @param everyone true for all of them, whatever {@code users} says
     * @param users at most 2,000
     */
    public record Audience(boolean everyone, List<UUID> users) {
        public Audience {
            users = Required.list(users);
        }

        public static Audience nobody() {
            return new Audience(false, List.of());
        }

        public boolean contains(UUID user) {
            return everyone || users.contains(user);
        }

        /** Of a sharing whose team, if it names one, is not resolved: the users it names. */
        public static Audience of(Sharing sharing) {
            if (!sharing.mode().equals("shared")) {
                return nobody();
            }
            boolean everyone = sharing.team() == null && sharing.users().isEmpty();
            return new Audience(everyone, everyone ? List.of() : sharing.users());
        }
    }

    /**
     * An address of the account.
     *
     * @param address lower case
     * @param name shown to recipients beside the address
     * @param isDefault true for the one that is used where nothing else is chosen
     * @param senders who may send from it besides the owner of the account; null: whoever the account is shared with
     * @param readers who may read the mail addressed to it, though the account is not shared with them
     */
    public record Alias(
            UUID id,
            String address,
            String name,
            boolean isDefault,
            @Nullable Audience senders,
            Audience readers) {
        public Alias {
            Required.of("id", id);
            Required.of("address", address);
            Required.of("name", name);
            readers = readers == null ? Audience.nobody() : readers;
        }
    }

    /**
     * INBOX at a moment.
     *
     * @param uidValidity 1..4294967295
     * @param uidNext every message that was there has a smaller UID
     */
    public record InboxSeen(long uidValidity, long uidNext) {}

    /** The state of an account of whose INBOX nothing is known. */
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
            Instant createdAt,
            @Nullable UUID owner,
            Audience audience,
            List<Alias> aliases) {
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
                owner,
                audience,
                aliases,
                null);
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
                null,
                Audience.of(sharing),
                List.of());
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
        audience = audience == null ? Audience.of(sharing) : audience;
        aliases = Required.list(aliases);
    }

    /** Who may send from an alias of this account, besides its owner. */
    public Audience sendersOf(Alias alias) {
        return alias.senders() == null ? audience : alias.senders();
    }
}

package dev.mailroom.send.outgoing;

import dev.mailroom.http.ProblemException;
import dev.mailroom.send.account.AccountRow;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Asks sync-service which address of an account got a message. Blocks; for virtual threads of a request. */
@ApplicationScoped
class ReceivedAt {
    private static final Logger LOG = Logger.getLogger(ReceivedAt.class);

    private final SyncMessages messages;
    private final JsonWebToken token;

    ReceivedAt(@RestClient SyncMessages messages, JsonWebToken token) {
        this.messages = messages;
        this.token = token;
    }

    /**
     * The address that a reply is from, or null where the message is not known to the account or not for the caller to see.
     *
     * @throws ProblemException 503 {@code reply-address-unknown} if sync-service does not say
     */
    @Nullable
    String address(AccountRow account, String emailMessageId) {
        SyncMessages.Found found;
        try {
            found = messages.find(account.id(), emailMessageId, 1, "Bearer " + token.getRawToken());
        } catch (WebApplicationException | ProcessingException away) {
            LOG.warnf(
                    "account=%s reply without a sender: sync-service did not answer: %s",
                    account.id(), away.toString());
            throw new ProblemException(
                            503,
                            "reply-address-unknown",
                            "Unavailable",
                            "Which address got the message that is answered cannot be found out now;"
                                    + " name the sender in /from/address, or try again later")
                    .header("Retry-After", "5");
        }
        return Optional.ofNullable(found.data()).stream()
                .flatMap(data -> data.stream().map(SyncMessages.Message::replyFrom))
                .filter(Objects::nonNull)
                .filter(from -> account.id().equals(from.account()))
                .map(SyncMessages.ReplyFrom::address)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }
}

package dev.mailroom.sync.message;

import dev.mailroom.sync.conversation.Conversations;
import dev.mailroom.sync.database.Json;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * An arrival with all that follows from it alone. It is worked out before the transaction: there other batches of the organization wait.
 *
 * @param id of its message
 * @param joining its message as conversations see it
 * @param content as the message's row keeps it, JSON
 * @param recipients as in {@link MessageRows#recipients}
 */
public record IdentifiedArrival(
        UUID id, ContentKey key, Arrival arrival, Conversations.Joining joining, String content, String recipients) {

    public static IdentifiedArrival in(UUID organization, Arrival arrival) {
        ParsedMessage message = arrival.message();
        ContentKey known = arrival.known();
        ContentKey key = known != null ? known : ContentKey.of(message, arrival.internalDate(), arrival.sizeBytes());
        UUID id = key.messageIn(organization);
        return new IdentifiedArrival(
                id,
                key,
                arrival,
                joining(id, arrival),
                Json.write(StoredContent.of(message)),
                MessageRows.recipients(message));
    }

    private static Conversations.Joining joining(UUID id, Arrival arrival) {
        ParsedMessage message = arrival.message();
        List<String> references = Stream.concat(
                        message.references().stream(),
                        message.inReplyTo().stream().limit(1))
                .distinct()
                .toList();
        return Conversations.Joining.of(
                id, message.emailMessageId(), references, message.subject(), arrival.internalDate());
    }
}

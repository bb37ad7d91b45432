package dev.mailroom.contracts;

import java.util.UUID;

/** Topic {@code mailroom.conversation.commands}, key: conversation. Written by rules-service and the API; done by sync-service. */
public sealed interface ConversationCommand extends MailroomEvent {

    UUID command();

    UUID conversation();

    Origin origin();

    @Override
    default UUID subject() {
        return command();
    }

    @Override
    default String partitionKey() {
        return conversation().toString();
    }

    @EventType("conversation.merge")
    record Merge(UUID command, UUID conversation, UUID organization, UUID into, Origin origin)
            implements ConversationCommand {
        public Merge {
            Required.of("command", command);
            Required.of("conversation", conversation);
            Required.of("organization", organization);
            Required.of("into", into);
            Required.of("origin", origin);
        }
    }
}

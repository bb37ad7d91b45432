package dev.mailroom.contracts;

import java.util.UUID;

/** Topic {@code mailroom.conversation.events}, key: conversation. Written by sync-service. */
public sealed interface ConversationEvent extends MailroomEvent {

    UUID conversation();

    @Override
    default UUID subject() {
        return conversation();
    }

    @Override
    default String partitionKey() {
        return conversation().toString();
    }

    /** The first message of a conversation came. */
    @EventType("conversation.created")
    record Created(UUID conversation, UUID organization, String subjectLine) implements ConversationEvent {
        public Created {
            Required.of("conversation", conversation);
            Required.of("organization", organization);
            Required.of("subject_line", subjectLine);
        }
    }

    /** Two conversations turned out to be one; {@code conversation} is gone and {@code into} holds all. */
    @EventType("conversation.merged")
    record Merged(UUID conversation, UUID organization, UUID into) implements ConversationEvent {
        public Merged {
            Required.of("conversation", conversation);
            Required.of("organization", organization);
            Required.of("into", into);
        }
    }
}

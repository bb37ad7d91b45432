package dev.mailroom.contracts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.UUID;

/** What every event and command has, whatever its topic. */
public sealed interface MailroomEvent
        permits AccountEvent,
                OrganizationEvent,
                SyncStatus,
                MailEvent,
                MailCommand,
                ConversationEvent,
                ConversationCommand,
                RuleEvent,
                SendRequest,
                SendEvent {

    /** The tenant. A consumer drops a record whose tenant is not the tenant of what it names. */
    UUID organization();

    /** The id of what this is about: the CloudEvents {@code subject}. */
    @JsonIgnore
    UUID subject();

    /** The Kafka key, and with it the order: everything with one key is read in the order it was written. */
    @JsonIgnore
    String partitionKey();
}

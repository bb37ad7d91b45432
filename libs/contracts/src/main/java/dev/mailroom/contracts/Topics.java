package dev.mailroom.contracts;

import java.util.List;

/** The topics, their partition counts and their dead letters. */
public final class Topics {
    public static final String ACCOUNT_EVENTS = "mailroom.account.events";
    public static final String ORGANIZATION_EVENTS = "mailroom.organization.events";
    public static final String SYNC_STATUS = "mailroom.sync.status";
    public static final String MAIL_EVENTS = "mailroom.mail.events";
    public static final String MAIL_COMMANDS = "mailroom.mail.commands";
    public static final String CONVERSATION_EVENTS = "mailroom.conversation.events";
    public static final String CONVERSATION_COMMANDS = "mailroom.conversation.commands";
    public static final String RULE_EVENTS = "mailroom.rule.events";
    public static final String SEND_REQUESTS = "mailroom.send.requests";
    public static final String SEND_EVENTS = "mailroom.send.events";

    /** Partitions of the two topics that decide who owns an account. They must be equal: a partition is a shard. */
    public static final int SHARDS = 64;

    /** Appended to a topic's name for the records its consumers could not take. */
    public static final String DEAD_LETTER_SUFFIX = ".dlq";

    public static final List<String> ALL = List.of(
            ACCOUNT_EVENTS,
            ORGANIZATION_EVENTS,
            SYNC_STATUS,
            MAIL_EVENTS,
            MAIL_COMMANDS,
            CONVERSATION_EVENTS,
            CONVERSATION_COMMANDS,
            RULE_EVENTS,
            SEND_REQUESTS,
            SEND_EVENTS);

    private Topics() {}

    /** Whether the number of partitions of this topic is the number of shards. */
    public static boolean isSharded(String topic) {
        return topic.equals(ACCOUNT_EVENTS) || topic.equals(MAIL_COMMANDS);
    }

    /** Whether Kafka keeps the last record of each key for ever instead of all records for a while. */
    public static boolean isCompacted(String topic) {
        return topic.equals(ACCOUNT_EVENTS) || topic.equals(ORGANIZATION_EVENTS);
    }

    public static String deadLettersOf(String topic) {
        return topic + DEAD_LETTER_SUFFIX;
    }
}

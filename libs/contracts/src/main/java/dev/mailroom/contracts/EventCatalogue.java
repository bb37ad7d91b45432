package dev.mailroom.contracts;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every type of event and command, its name and its topic: read once from the sealed interfaces themselves. */
public final class EventCatalogue {
    private static final String PREFIX = "dev.mailroom.";
    private static final String VERSION = ".v1";

    private static final Map<Class<?>, String> TOPIC_OF_INTERFACE = Map.of(
            AccountEvent.class, Topics.ACCOUNT_EVENTS,
            OrganizationEvent.class, Topics.ORGANIZATION_EVENTS,
            SyncStatus.class, Topics.SYNC_STATUS,
            MailEvent.class, Topics.MAIL_EVENTS,
            MailCommand.class, Topics.MAIL_COMMANDS,
            ConversationEvent.class, Topics.CONVERSATION_EVENTS,
            ConversationCommand.class, Topics.CONVERSATION_COMMANDS,
            RuleEvent.class, Topics.RULE_EVENTS,
            SendRequest.class, Topics.SEND_REQUESTS,
            SendEvent.class, Topics.SEND_EVENTS);

    private record Entry(Class<? extends MailroomEvent> record, String type, String topic) {}

    private static final Map<Class<?>, Entry> BY_RECORD = new HashMap<>();
    private static final Map<String, Entry> BY_TYPE = new HashMap<>();

    static {
        TOPIC_OF_INTERFACE.forEach((topicInterface, topic) -> {
            for (Class<? extends MailroomEvent> leaf : leavesOf(topicInterface)) {
                String name = Required.of("@EventType of " + leaf, leaf.getAnnotation(EventType.class))
                        .value();
                Entry entry = new Entry(leaf, PREFIX + name + VERSION, topic);
                BY_RECORD.put(leaf, entry);
                if (BY_TYPE.put(entry.type, entry) != null) {
                    throw new IllegalStateException("two records have the type " + entry.type);
                }
            }
        });
    }

    private EventCatalogue() {}

    /** @throws IllegalArgumentException if the class is not an event or command of this module */
    public static String typeOf(Class<?> record) {
        return entryOf(record).type;
    }

    /** @throws IllegalArgumentException if the class is not an event or command of this module */
    public static String topicOf(Class<?> record) {
        return entryOf(record).topic;
    }

    /** The record of a CloudEvents type, or null for a type this version does not know. */
    public static @Nullable Class<? extends MailroomEvent> recordOf(String type) {
        Entry entry = BY_TYPE.get(type);
        return entry == null ? null : entry.record;
    }

    /** {@code message.received} for {@code dev.mailroom.message.received.v1}; other types as they are. */
    public static String shortName(String type) {
        return type.startsWith(PREFIX) && type.endsWith(VERSION)
                ? type.substring(PREFIX.length(), type.length() - VERSION.length())
                : type;
    }

    /** Every record of this module. */
    public static List<Class<? extends MailroomEvent>> records() {
        return BY_TYPE.values().stream()
                .sorted(java.util.Comparator.comparing(Entry::type))
                .<Class<? extends MailroomEvent>>map(Entry::record)
                .toList();
    }

    private static Entry entryOf(Class<?> record) {
        Entry entry = BY_RECORD.get(record);
        if (entry == null) {
            throw new IllegalArgumentException(record + " is not an event or command of Mailroom");
        }
        return entry;
    }

    private static List<Class<? extends MailroomEvent>> leavesOf(Class<?> type) {
        if (type.isRecord()) {
            return List.of(type.asSubclass(MailroomEvent.class));
        }
        List<Class<? extends MailroomEvent>> leaves = new ArrayList<>();
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            leaves.addAll(leavesOf(permitted));
        }
        return leaves;
    }
}

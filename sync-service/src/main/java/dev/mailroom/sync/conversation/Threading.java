package dev.mailroom.sync.conversation;

import dev.mailroom.contracts.EventIds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decides which conversation each message of a batch joins (R. Zawinski's rules without their subject matching): one that one of its
 * references belongs to, else a new one. A message that names two conversations makes them one.
 *
 * <p>The outcome does not depend on the order of arrival as long as no conversation is full.
 */
public final class Threading {
    /** Messages of a conversation; the next ones start a new conversation. */
    public static final int CONVERSATION_MAX_MESSAGES = 400;

    /**
     * @param message its id
     * @param emailMessageId its Message-ID, or a name that stands for it; null where it has none
     * @param references names of those that it names, nearest last
     */
    public record Incoming(UUID message, @Nullable String emailMessageId, List<String> references) {
        List<String> names() {
            Set<String> names = new LinkedHashSet<>();
            // The nearest first, so that a message that may join only one joins the one it answers.
            for (int i = references.size() - 1; i >= 0; i--) {
                names.add(references.get(i));
            }
            if (emailMessageId != null) {
                names.remove(emailMessageId);
                names.add(emailMessageId);
            }
            return List.copyOf(names);
        }
    }

    /**
     * What is to be done.
     *
     * @param conversationOf conversation of each message
     * @param created conversations that did not exist, with the message that begins them
     * @param merged conversations that are gone, with the one that holds their messages now
     * @param references names that are new or belong to another conversation than before
     */
    public record Plan(
            Map<UUID, UUID> conversationOf,
            Map<UUID, UUID> created,
            Map<UUID, UUID> merged,
            Map<String, UUID> references) {}

    private final UUID organization;
    private final Map<String, UUID> known;
    private final Map<UUID, Integer> sizes;
    private final Map<UUID, UUID> conversationOf = new LinkedHashMap<>();
    private final Map<UUID, UUID> created = new LinkedHashMap<>();
    private final Map<UUID, UUID> merged = new LinkedHashMap<>();
    private final Map<String, UUID> references = new LinkedHashMap<>();

    private Threading(UUID organization, Map<String, UUID> known, Map<UUID, Integer> sizes) {
        this.organization = organization;
        this.known = new HashMap<>(known);
        this.sizes = new HashMap<>(sizes);
    }

    /**
     * @param known conversation of each name that is stored
     * @param sizes messages of each conversation among them
     */
    public static Plan plan(
            UUID organization, List<Incoming> messages, Map<String, UUID> known, Map<UUID, Integer> sizes) {
        Threading threading = new Threading(organization, known, sizes);
        messages.forEach(threading::join);
        threading.conversationOf.replaceAll((message, conversation) -> threading.current(conversation));
        threading.references.replaceAll((name, conversation) -> threading.current(conversation));
        return new Plan(threading.conversationOf, threading.created, threading.effectiveMerges(), threading.references);
    }

    private void join(Incoming message) {
        List<UUID> named = new ArrayList<>();
        for (String name : message.names()) {
            UUID conversation = known.get(name);
            if (conversation != null && !named.contains(current(conversation))) {
                named.add(current(conversation));
            }
        }
        UUID joined = unite(named);
        if (joined == null || size(joined) >= CONVERSATION_MAX_MESSAGES) {
            joined = begunBy(organization, message.message());
            created.put(joined, message.message());
            // The names that others will use to answer this message lead here from now on.
            remember(message.emailMessageId(), joined);
        }
        sizes.merge(joined, 1, Integer::sum);
        conversationOf.put(message.message(), joined);
        for (String name : message.names()) {
            if (!known.containsKey(name)) {
                remember(name, joined);
            }
        }
    }

    /** The id of the conversation that a message begins. */
    static UUID begunBy(UUID organization, UUID message) {
        return EventIds.of("conversation", organization, message);
    }

    private void remember(@Nullable String name, UUID conversation) {
        if (name != null) {
            known.put(name, conversation);
            references.put(name, conversation);
        }
    }

    /** Makes one conversation of several: the one with the smallest id stays, whoever comes first. */
    private @Nullable UUID unite(List<UUID> named) {
        if (named.isEmpty()) {
            return null;
        }
        UUID nearest = named.getFirst();
        int total = named.stream().mapToInt(this::size).sum();
        if (named.size() == 1 || total > CONVERSATION_MAX_MESSAGES) {
            return nearest;
        }
        UUID kept = named.stream().min(UUID::compareTo).orElse(nearest);
        for (UUID conversation : named) {
            if (!conversation.equals(kept)) {
                merged.put(conversation, kept);
                sizes.put(kept, size(kept) + size(conversation));
            }
        }
        return kept;
    }

    private int size(UUID conversation) {
        return sizes.getOrDefault(conversation, 0);
    }

    private UUID current(UUID conversation) {
        UUID at = conversation;
        for (UUID next = merged.get(at); next != null; next = merged.get(at)) {
            at = next;
        }
        return at;
    }

    /** Merges of stored conversations; one that was both made and merged here never existed for anybody. */
    private Map<UUID, UUID> effectiveMerges() {
        Map<UUID, UUID> effective = new LinkedHashMap<>();
        merged.forEach((gone, into) -> {
            if (created.remove(gone) == null) {
                effective.put(gone, current(into));
            }
        });
        return effective;
    }
}

package dev.mailroom.sync.conversation;

import dev.mailroom.contracts.ConversationEvent;
import dev.mailroom.contracts.EventIds;
import dev.mailroom.sync.database.Answer;
import dev.mailroom.sync.database.Transaction;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Carries out what {@link Threading} decides. The caller holds the organization's lock, so that no two batches thread at once. */
@Singleton
public class Conversations {
    private static final int SUBJECT_MAX_CHARS = 998;
    private static final HexFormat HEX = HexFormat.of();

    /**
     * A new message as conversations see it.
     *
     * @param incoming with names as they are stored, in hex digits: a Message-ID may have any length
     */
    public record Joining(Threading.Incoming incoming, String subject, Instant deliveredAt) {
        /**
         * @param emailMessageId null where it has none
         * @param references Message-IDs that it names, nearest last
         */
        public static Joining of(
                UUID message,
                @Nullable String emailMessageId,
                List<String> references,
                String subject,
                Instant deliveredAt) {
            return new Joining(
                    new Threading.Incoming(
                            message,
                            emailMessageId == null ? null : name(emailMessageId),
                            references.stream().map(Joining::name).toList()),
                    subject,
                    deliveredAt);
        }

        private static String name(String messageId) {
            return HEX.formatHex(digest(messageId));
        }
    }

    /** Asks, without waiting, what is stored of the conversations that messages may belong to. */
    public Known look(Transaction tx, UUID organization, List<Joining> messages) {
        Set<String> names = new LinkedHashSet<>();
        List<UUID> own = new ArrayList<>();
        messages.forEach(message -> {
            Threading.Incoming incoming = message.incoming();
            own.add(Threading.begunBy(organization, incoming.message()));
            names.addAll(incoming.references());
            String id = incoming.emailMessageId();
            if (id != null) {
                names.add(id);
            }
        });
        Answer answer = tx.send(
                """
                select r.reference, r.conversation_id, c.messages from conversation_reference r
                left join lateral (select messages from conversation where id = r.conversation_id offset 0) c on true
                where r.organization_id = $1 and r.reference = any($2)
                union all select null, o.id, c.messages from unnest($3::uuid[]) as o (id)
                cross join lateral (select messages from conversation where id = o.id offset 0) c
                """,
                organization,
                names.stream().map(Conversations::stored).toArray(Buffer[]::new),
                own.toArray(UUID[]::new));
        return new Known(tx, organization, answer);
    }

    /** What is stored of some conversations. */
    public static final class Known {
        private final Transaction tx;
        private final UUID organization;
        private final Answer answer;
        private final Map<String, UUID> byName = new HashMap<>();
        private final Map<UUID, Integer> sizes = new HashMap<>();

        private Known(Transaction tx, UUID organization, Answer answer) {
            this.tx = tx;
            this.organization = organization;
            this.answer = answer;
        }

        private void read() {
            for (Row row : answer.rows()) {
                UUID conversation = row.getUUID("conversation_id");
                Integer messages = row.getInteger("messages");
                if (messages != null) {
                    sizes.put(conversation, messages);
                }
                var reference = row.getBuffer("reference");
                if (reference != null) {
                    byName.put(HEX.formatHex(reference.getBytes()), conversation);
                }
            }
        }

        /** Puts new messages among those that were looked for into conversations and tells what came of it. Gives the conversation of each. */
        public Map<UUID, UUID> join(List<Joining> messages) {
            if (messages.isEmpty()) {
                return Map.of();
            }
            read();
            List<Threading.Incoming> incoming =
                    messages.stream().map(Joining::incoming).toList();
            Threading.Plan plan = Threading.plan(organization, incoming, byName, sizes);
            Map<UUID, Joining> byMessage = new HashMap<>();
            messages.forEach(message -> byMessage.put(message.incoming().message(), message));
            Set<UUID> counted = create(tx, organization, plan, sizes.keySet(), byMessage);
            plan.merged().forEach((gone, into) -> merge(tx, organization, gone, into));
            remember(tx, organization, plan.references());
            count(tx, plan.conversationOf(), counted, byMessage);
            return plan.conversationOf();
        }
    }

    private static Joining of(Map<UUID, Joining> byMessage, UUID message) {
        Joining joining = byMessage.get(message);
        if (joining == null) {
            throw new IllegalStateException("message " + message + " is not of this batch");
        }
        return joining;
    }

    /** What a batch adds to a conversation. */
    private record Sum(int messages, OffsetDateTime newest) {
        Sum and(Sum other) {
            return new Sum(messages + other.messages, newest.isAfter(other.newest) ? newest : other.newest);
        }
    }

    private static Map<UUID, Sum> sums(Map<UUID, UUID> conversationOf, Set<UUID> except, Map<UUID, Joining> byMessage) {
        Map<UUID, Sum> sums = new LinkedHashMap<>();
        conversationOf.forEach((message, conversation) -> {
            if (!except.contains(conversation)) {
                OffsetDateTime at = of(byMessage, message).deliveredAt().atOffset(ZoneOffset.UTC);
                sums.merge(conversation, new Sum(1, at), Sum::and);
            }
        });
        return sums;
    }

    /**
     * Makes new conversations with all that the batch adds to them; gives those that are new indeed.
     *
     * @param stored conversations that are there: one that is to be made may have lost its messages and not its row
     */
    private static Set<UUID> create(
            Transaction tx, UUID organization, Threading.Plan plan, Set<UUID> stored, Map<UUID, Joining> byMessage) {
        Map<UUID, Sum> sums = sums(plan.conversationOf(), Set.of(), byMessage);
        Map<UUID, String> subjects = new LinkedHashMap<>();
        List<OffsetDateTime> times = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        plan.created().forEach((conversation, message) -> {
            if (stored.contains(conversation)) {
                return;
            }
            Joining first = of(byMessage, message);
            String subject = first.subject();
            subjects.put(conversation, subject.substring(0, Math.min(subject.length(), SUBJECT_MAX_CHARS)));
            Sum sum = sums.get(conversation);
            times.add(sum == null ? first.deliveredAt().atOffset(ZoneOffset.UTC) : sum.newest());
            counts.add(sum == null ? 0 : sum.messages());
        });
        if (subjects.isEmpty()) {
            return Set.of();
        }
        tx.send(
                """
                insert into conversation (id, organization_id, subject, last_activity_at, messages)
                select c.id, $1, c.subject, c.at, c.messages
                from unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::integer[]) as c (id, subject, at, messages)
                on conflict do nothing
                """,
                organization,
                subjects.keySet().toArray(UUID[]::new),
                subjects.values().toArray(String[]::new),
                times.toArray(OffsetDateTime[]::new),
                counts.toArray(Integer[]::new));
        subjects.forEach((conversation, subject) -> tx.tell(
                EventIds.of("conversation.created", conversation),
                new ConversationEvent.Created(conversation, organization, subject)));
        return subjects.keySet();
    }

    private static void merge(Transaction tx, UUID organization, UUID gone, UUID into) {
        tx.send("update message set conversation_id = $2 where conversation_id = $1", gone, into);
        tx.send("update conversation_reference set conversation_id = $2 where conversation_id = $1", gone, into);
        tx.send("""
                update conversation set messages = conversation.messages + g.messages,
                       last_activity_at = greatest(conversation.last_activity_at, g.last_activity_at)
                from conversation g where g.id = $1 and conversation.id = $2
                """, gone, into);
        tx.send("update conversation set merged_into = $2, messages = 0 where id = $1 or merged_into = $1", gone, into);
        tx.tell(EventIds.of("conversation.merged", gone, into), new ConversationEvent.Merged(gone, organization, into));
    }

    private static void remember(Transaction tx, UUID organization, Map<String, UUID> references) {
        if (references.isEmpty()) {
            return;
        }
        List<Buffer> names = new ArrayList<>();
        List<UUID> conversations = new ArrayList<>();
        references.forEach((name, conversation) -> {
            names.add(stored(name));
            conversations.add(conversation);
        });
        tx.send("""
                insert into conversation_reference (organization_id, reference, conversation_id)
                select $1, r.reference, r.conversation from unnest($2::bytea[], $3::uuid[]) as r (reference, conversation)
                on conflict (organization_id, reference) do update set conversation_id = excluded.conversation_id
                """, organization, names.toArray(Buffer[]::new), conversations.toArray(UUID[]::new));
    }

    private static void count(
            Transaction tx, Map<UUID, UUID> conversationOf, Set<UUID> counted, Map<UUID, Joining> byMessage) {
        Map<UUID, Sum> sums = sums(conversationOf, counted, byMessage);
        if (sums.isEmpty()) {
            return;
        }
        tx.send(
                """
                update conversation set messages = conversation.messages + n.added,
                       last_activity_at = greatest(conversation.last_activity_at, n.newest)
                from unnest($1::uuid[], $2::integer[], $3::timestamptz[]) as n (id, added, newest)
                where conversation.id = n.id
                """,
                sums.keySet().toArray(UUID[]::new),
                sums.values().stream().map(Sum::messages).toArray(Integer[]::new),
                sums.values().stream().map(Sum::newest).toArray(OffsetDateTime[]::new));
    }

    private static Buffer stored(String name) {
        return Buffer.buffer(HEX.parseHex(name));
    }

    private static byte[] digest(String messageId) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(messageId.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

package dev.mailroom.sync.conversation;

import dev.mailroom.contracts.ConversationEvent;
import dev.mailroom.contracts.EventIds;
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
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Carries out what {@link Threading} decides. The caller holds the organization's lock, so that no two batches thread at once. */
@Singleton
public class Conversations {
    private static final int SUBJECT_MAX_CHARS = 998;

    /** A new message as conversations see it. */
    public record Joining(Threading.Incoming incoming, String subject, Instant deliveredAt) {}

    /** Puts new messages into conversations and tells what came of it. Gives the conversation of each message. */
    public Map<UUID, UUID> join(Transaction tx, UUID organization, List<Joining> messages) {
        if (messages.isEmpty()) {
            return Map.of();
        }
        List<Threading.Incoming> incoming =
                messages.stream().map(Joining::incoming).toList();
        Map<String, UUID> known = known(tx, organization, incoming);
        Threading.Plan plan = Threading.plan(organization, incoming, known, sizes(tx, known));
        Map<UUID, Joining> byMessage = new HashMap<>();
        messages.forEach(message -> byMessage.put(message.incoming().message(), message));
        create(tx, organization, plan.created(), byMessage);
        plan.merged().forEach((gone, into) -> merge(tx, organization, gone, into));
        remember(tx, organization, plan.references());
        count(tx, plan.conversationOf(), byMessage);
        return plan.conversationOf();
    }

    private static Joining of(Map<UUID, Joining> byMessage, UUID message) {
        Joining joining = byMessage.get(message);
        if (joining == null) {
            throw new IllegalStateException("message " + message + " is not of this batch");
        }
        return joining;
    }

    private static Map<String, UUID> known(Transaction tx, UUID organization, List<Threading.Incoming> incoming) {
        // By their hex digits: a row's buffer is of another class than ours, and never equal to it.
        Map<String, String> names = new LinkedHashMap<>();
        incoming.forEach(message -> {
            message.references().forEach(name -> names.put(hex(digest(name).getBytes()), name));
            String own = message.emailMessageId();
            if (own != null) {
                names.put(hex(digest(own).getBytes()), own);
            }
        });
        Map<String, UUID> known = new HashMap<>();
        for (Row row : tx.query(
                "select reference, conversation_id from conversation_reference "
                        + "where organization_id = $1 and reference = any($2)",
                organization,
                names.values().stream().map(Conversations::digest).toArray(Buffer[]::new))) {
            String name = names.get(hex(row.getBuffer("reference").getBytes()));
            if (name != null) {
                known.put(name, row.getUUID("conversation_id"));
            }
        }
        return known;
    }

    private static Map<UUID, Integer> sizes(Transaction tx, Map<String, UUID> known) {
        Map<UUID, Integer> sizes = new HashMap<>();
        if (!known.isEmpty()) {
            tx.query("select id, messages from conversation where id = any($1)", (Object)
                            known.values().stream().distinct().toArray(UUID[]::new))
                    .forEach(row -> sizes.put(row.getUUID("id"), row.getInteger("messages")));
        }
        return sizes;
    }

    private static void create(
            Transaction tx, UUID organization, Map<UUID, UUID> created, Map<UUID, Joining> byMessage) {
        if (created.isEmpty()) {
            return;
        }
        Map<UUID, String> subjects = new LinkedHashMap<>();
        List<OffsetDateTime> times = new ArrayList<>();
        created.forEach((conversation, message) -> {
            Joining first = of(byMessage, message);
            String subject = first.subject();
            subjects.put(conversation, subject.substring(0, Math.min(subject.length(), SUBJECT_MAX_CHARS)));
            times.add(first.deliveredAt().atOffset(ZoneOffset.UTC));
        });
        Set<UUID> inserted = new HashSet<>();
        tx.query(
                        """
                        insert into conversation (id, organization_id, subject, last_activity_at)
                        select c.id, $1, c.subject, c.at from unnest($2::uuid[], $3::text[], $4::timestamptz[]) as c (id, subject, at)
                        on conflict do nothing returning id
                        """,
                        organization,
                        subjects.keySet().toArray(UUID[]::new),
                        subjects.values().toArray(String[]::new),
                        times.toArray(OffsetDateTime[]::new))
                .forEach(row -> inserted.add(row.getUUID("id")));
        subjects.forEach((conversation, subject) -> {
            if (inserted.contains(conversation)) {
                tx.tell(
                        EventIds.of("conversation.created", conversation),
                        new ConversationEvent.Created(conversation, organization, subject));
            }
        });
    }

    private static void merge(Transaction tx, UUID organization, UUID gone, UUID into) {
        tx.execute("update message set conversation_id = $2 where conversation_id = $1", gone, into);
        tx.execute("update conversation_reference set conversation_id = $2 where conversation_id = $1", gone, into);
        tx.execute("""
                update conversation set messages = conversation.messages + g.messages,
                       last_activity_at = greatest(conversation.last_activity_at, g.last_activity_at)
                from conversation g where g.id = $1 and conversation.id = $2
                """, gone, into);
        tx.execute(
                "update conversation set merged_into = $2, messages = 0 where id = $1 or merged_into = $1", gone, into);
        tx.tell(EventIds.of("conversation.merged", gone, into), new ConversationEvent.Merged(gone, organization, into));
    }

    private static void remember(Transaction tx, UUID organization, Map<String, UUID> references) {
        if (references.isEmpty()) {
            return;
        }
        List<Buffer> names = new ArrayList<>();
        List<UUID> conversations = new ArrayList<>();
        references.forEach((name, conversation) -> {
            names.add(digest(name));
            conversations.add(conversation);
        });
        tx.execute("""
                insert into conversation_reference (organization_id, reference, conversation_id)
                select $1, r.reference, r.conversation from unnest($2::bytea[], $3::uuid[]) as r (reference, conversation)
                on conflict (organization_id, reference) do update set conversation_id = excluded.conversation_id
                """, organization, names.toArray(Buffer[]::new), conversations.toArray(UUID[]::new));
    }

    private static void count(Transaction tx, Map<UUID, UUID> conversationOf, Map<UUID, Joining> byMessage) {
        List<UUID> conversations = new ArrayList<>();
        List<OffsetDateTime> times = new ArrayList<>();
        conversationOf.forEach((message, conversation) -> {
            conversations.add(conversation);
            times.add(of(byMessage, message).deliveredAt().atOffset(ZoneOffset.UTC));
        });
        tx.execute("""
                update conversation set messages = conversation.messages + n.added,
                       last_activity_at = greatest(conversation.last_activity_at, n.newest)
                from (select c.id, count(*) as added, max(c.at) as newest
                      from unnest($1::uuid[], $2::timestamptz[]) as c (id, at) group by c.id) n
                where conversation.id = n.id
                """, conversations.toArray(UUID[]::new), times.toArray(OffsetDateTime[]::new));
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    private static Buffer digest(String name) {
        try {
            return Buffer.buffer(MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

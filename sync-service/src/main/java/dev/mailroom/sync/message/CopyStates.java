package dev.mailroom.sync.message;

import dev.mailroom.contracts.Mailbox;
import dev.mailroom.sync.database.Sql;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where the copies of messages lie in one account, and what that makes of the message. */
final class CopyStates {
    /** One copy. */
    record Copy(
            UUID message,
            UUID mailbox,
            long uidValidity,
            long uid,
            boolean seen,
            boolean flagged,
            Instant createdAt,
            @Nullable Instant vanishedAt) {
        boolean present() {
            return vanishedAt == null;
        }

        Copy thereAgain() {
            return new Copy(message, mailbox, uidValidity, uid, seen, flagged, createdAt, null);
        }
    }

    /**
     * A message as an account sees it.
     *
     * @param unread true if no copy was read
     * @param labels names of the ordinary mailboxes that hold a copy, sorted
     */
    record View(boolean unread, boolean flagged, List<String> labels) {
        /** What is left for somebody who was told that a copy went, perhaps to another mailbox. */
        View without(Mailbox from, @Nullable Mailbox to) {
            TreeSet<String> left = new TreeSet<>(labels);
            if (from.role() == null) {
                left.remove(String.join("/", from.path()));
            }
            if (to != null && to.role() == null) {
                left.add(String.join("/", to.path()));
            }
            return new View(unread, flagged, List.copyOf(left));
        }

        /** The labels besides the mailbox that the message is told to lie in. */
        List<String> labelsBeside(Mailbox place) {
            String here = String.join("/", place.path());
            return labels.stream()
                    .filter(label -> place.role() != null || !label.equals(here))
                    .toList();
        }
    }

    private final Map<UUID, List<Copy>> byMessage = new HashMap<>();

    private CopyStates() {}

    static CopyStates load(Sql sql, UUID account, Collection<UUID> messages) {
        return of(sql.query("""
                select message_id, mailbox_id, uid_validity, uid, seen, flagged, created_at, vanished_at
                from copy where message_id = any($1) and account_id = $2
                """, messages.toArray(UUID[]::new), account));
    }

    static CopyStates of(List<Row> rows) {
        CopyStates states = new CopyStates();
        rows.forEach(row -> states.add(copyOf(row)));
        return states;
    }

    static Copy copyOf(Row row) {
        OffsetDateTime vanished = row.getOffsetDateTime("vanished_at");
        return new Copy(
                row.getUUID("message_id"),
                row.getUUID("mailbox_id"),
                row.getLong("uid_validity"),
                row.getLong("uid"),
                row.getBoolean("seen"),
                row.getBoolean("flagged"),
                row.getOffsetDateTime("created_at").toInstant(),
                vanished == null ? null : vanished.toInstant());
    }

    boolean isEmpty() {
        return byMessage.isEmpty();
    }

    void add(Copy copy) {
        byMessage.computeIfAbsent(copy.message(), message -> new ArrayList<>()).add(copy);
    }

    void remove(Copy copy) {
        byMessage.getOrDefault(copy.message(), List.of()).remove(copy);
    }

    List<Copy> all(UUID message) {
        return List.copyOf(byMessage.getOrDefault(message, List.of()));
    }

    List<Copy> present(UUID message) {
        return byMessage.getOrDefault(message, List.of()).stream()
                .filter(Copy::present)
                .toList();
    }

    List<Copy> vanished(UUID message) {
        return byMessage.getOrDefault(message, List.of()).stream()
                .filter(copy -> !copy.present())
                .toList();
    }

    /** Whether a mailbox holds a copy, as far as anybody was told. */
    boolean liesIn(UUID message, UUID mailbox) {
        return all(message).stream().anyMatch(copy -> copy.mailbox().equals(mailbox));
    }

    /** A copy that is missing, if there is one: rather one that was alone in its mailbox, for with a twin the message lies there still. */
    @Nullable
    Copy missing(UUID message) {
        return vanished(message).stream()
                .min(Comparator.comparing(this::hasTwin))
                .orElse(null);
    }

    /** Whether the mailbox of a copy holds another one of the same message: to take one of them away takes the message out of nothing. */
    boolean hasTwin(Copy copy) {
        return all(copy.message()).stream()
                .anyMatch(other -> other.mailbox().equals(copy.mailbox()) && !other.equals(copy));
    }

    /**
     * What the account was told, or null if it has no copy. A copy that is missing counts until it is decided what became of it: nothing
     * is told before that.
     */
    @Nullable
    View view(UUID message, Map<UUID, Mailbox> mailboxes) {
        return view(byMessage.getOrDefault(message, List.of()), mailboxes);
    }

    /** The same of some of a message's copies. */
    static @Nullable View view(List<Copy> copies, Map<UUID, Mailbox> mailboxes) {
        if (copies.isEmpty()) {
            return null;
        }
        List<String> labels = copies.stream()
                .map(copy -> mailboxes.get(copy.mailbox()))
                .filter(mailbox -> mailbox != null && mailbox.role() == null)
                .map(mailbox -> String.join("/", mailbox.path()))
                .distinct()
                .sorted()
                .toList();
        return new View(copies.stream().noneMatch(Copy::seen), copies.stream().anyMatch(Copy::flagged), labels);
    }
}

package dev.mailroom.sync.access;

import dev.mailroom.http.Ids;
import dev.mailroom.http.Page;
import dev.mailroom.http.PageRequest;
import dev.mailroom.sync.database.Sql;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Walks through messages, newest first, along the indexes of the accounts or mailboxes that a viewer may see.
 *
 * <p>A page costs what it shows, not what others have: the newest of each source are merged. What a source holds and the list does not
 * want is looked at in growing steps, up to a bound; then the page is short and its cursor goes on from there.
 */
@Singleton
public class Timeline {
    /** Sources that are merged; of more, all messages of the organization are walked through instead. */
    static final int SOURCES_MAX = 200;

    /** Steps of a page. */
    static final int STEPS_MAX = 6;

    /** Messages that are looked at in one step. */
    static final int STEP_MAX = 4_000;

    private static final int STEP_GROWTH = 4;

    private static final String OF_ORGANIZATION = """
            select delivered_at as at, id from message
            where organization_id = $1 and (delivered_at, id) < ($2, $3) order by delivered_at desc, id desc limit $4
            """;

    private static final String OF_SOURCES = """
            select distinct k.message_at as at, k.message_id as id
            from unnest($1::uuid[]) as s (id) cross join lateral (
                select distinct c.message_at, c.message_id from copy c
                where c.%s = s.id and c.vanished_at is null and (c.message_at, c.message_id) < ($2, $3)
                order by c.message_at desc, c.message_id desc limit $4) k
            order by at desc, id desc limit $4
            """;

    /** Where a message stands. */
    public record Position(OffsetDateTime at, UUID id) {
        private static final Position NEWEST =
                new Position(OffsetDateTime.of(9999, 12, 31, 0, 0, 0, 0, ZoneOffset.UTC), new UUID(0, 0));

        public static Position of(Instant at, UUID id) {
            return new Position(at.atOffset(ZoneOffset.UTC), id);
        }

        /** Where the page begins. */
        public static Position after(PageRequest page) {
            return page.after().map(Position::read).orElse(NEWEST);
        }

        private static Position read(String cursor) {
            String[] parts = cursor.split("\\|", 2);
            try {
                return of(Instant.parse(parts[0]), Ids.parse(parts[parts.length - 1]));
            } catch (DateTimeException | IllegalArgumentException unreadable) {
                throw PageRequest.badCursor();
            }
        }

        @Override
        public String toString() {
            return at.toInstant() + "|" + id;
        }
    }

    /** Where the messages of a list lie. */
    public sealed interface Source {
        record Organization(UUID id) implements Source {}

        record Accounts(UUID organization, Collection<UUID> ids) implements Source {}

        record Mailboxes(UUID organization, Collection<UUID> ids) implements Source {}
    }

    /**
     * One page.
     *
     * @param wanted the rows that the list shows of these messages, in the same order
     * @param position of a row's message
     */
    public <R> Page<R> page(
            Sql sql,
            Source source,
            PageRequest page,
            Function<List<UUID>, List<R>> wanted,
            Function<R, Position> position) {
        List<R> rows = new ArrayList<>();
        Position from = Position.after(page);
        int step = page.limit() + 1;
        for (int i = 0; i < STEPS_MAX; i++) {
            List<Position> found = next(sql, source, from, step);
            if (!found.isEmpty()) {
                rows.addAll(wanted.apply(found.stream().map(Position::id).toList()));
                from = found.getLast();
            }
            if (rows.size() > page.limit() || found.size() < step) {
                return Page.of(
                        rows.subList(0, Math.min(rows.size(), page.limit() + 1)),
                        page.limit(),
                        row -> position.apply(row).toString());
            }
            step = Math.min(STEP_MAX, step * STEP_GROWTH);
        }
        return Page.upTo(rows, from.toString());
    }

    private static List<Position> next(Sql sql, Source source, Position from, int limit) {
        return switch (source) {
            case Source.Organization(UUID id) -> walk(sql, OF_ORGANIZATION, id, from, limit);
            case Source.Accounts(UUID organization, Collection<UUID> ids) ->
                of(sql, organization, "account_id", ids, from, limit);
            case Source.Mailboxes(UUID organization, Collection<UUID> ids) ->
                of(sql, organization, "mailbox_id", ids, from, limit);
        };
    }

    private static List<Position> of(
            Sql sql, UUID organization, String column, Collection<UUID> ids, Position from, int limit) {
        return ids.size() > SOURCES_MAX
                ? walk(sql, OF_ORGANIZATION, organization, from, limit)
                : walk(sql, OF_SOURCES.formatted(column), ids.toArray(UUID[]::new), from, limit);
    }

    private static List<Position> walk(Sql sql, String statement, Object source, Position from, int limit) {
        return sql.list(Timeline::positionOf, statement, source, from.at(), from.id(), limit);
    }

    private static Position positionOf(Row row) {
        return new Position(row.getOffsetDateTime("at"), row.getUUID("id"));
    }
}

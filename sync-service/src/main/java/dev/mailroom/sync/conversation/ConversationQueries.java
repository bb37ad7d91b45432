package dev.mailroom.sync.conversation;

import dev.mailroom.http.Page;
import dev.mailroom.http.PageRequest;
import dev.mailroom.sync.access.Access;
import dev.mailroom.sync.access.Grants;
import dev.mailroom.sync.access.Timeline;
import dev.mailroom.sync.access.Viewer;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Sql;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Reads conversations as a viewer may see them: made of the messages that he may see.
 *
 * <p>A conversation stands in a list where its newest message of that view stands.
 */
@Singleton
class ConversationQueries {
    /** Any mailbox, or those of the role $3. */
    private static final String IN_VIEW =
            "($3 = '' or exists (select 1 from mailbox b where b.id = c.mailbox_id and b.role = $3))";

    /** Of the messages of $2 those that are the newest of their conversation in the view. */
    private static final String NEWEST = """
            select m.conversation_id, m.delivered_at, m.id from message m
            where m.organization_id = $1 and m.id = any($2)
              and exists (select 1 from copy c where c.message_id = m.id and c.vanished_at is null and %1$s and %2$s)
              and not exists (select 1 from message n join copy c on c.message_id = n.id
                              where n.conversation_id = m.conversation_id and (n.delivered_at, n.id) > (m.delivered_at, m.id)
                                and c.vanished_at is null and %1$s and %3$s)
            order by m.delivered_at desc, m.id desc
            """.formatted(IN_VIEW, Grants.sees("c", "m", 4), Grants.sees("c", "n", 4));

    private static final String VISIBLE =
            "m.conversation_id = v.id and exists (select 1 from copy c where c.message_id = m.id "
                    + "and c.vanished_at is null and " + Grants.sees("c", "m", 3) + ")";

    /** The subject is that of the first message, which may be one that the viewer does not see. */
    private static final String VIEWS = """
            select v.id, case when s.messages = v.messages then v.subject else
                       (select m.subject from message m where %1$s order by m.delivered_at, m.id limit 1) end as subject,
                   s.messages, v.created_at, s.last_activity_at, v.merged_into
            from conversation v cross join lateral (
                select count(*)::integer as messages, max(m.delivered_at) as last_activity_at from message m where %1$s) s
            where v.organization_id = $1 and v.id = any($2) and s.messages > 0
            """.formatted(VISIBLE);

    private final Database database;
    private final Access access;
    private final Timeline timeline;

    @Inject
    ConversationQueries(Database database, Access access, Timeline timeline) {
        this.database = database;
        this.access = access;
        this.timeline = timeline;
    }

    /** @param role of the mailboxes that make the view; empty for any */
    Page<ConversationView> page(Viewer viewer, String role, PageRequest page) {
        return database.reading(viewer.organization(), sql -> page(sql, viewer, role, page));
    }

    Page<ConversationView> page(Sql sql, Viewer viewer, String role, PageRequest page) {
        Grants grants = access.grants(sql, viewer);
        Timeline.Source source = role.isEmpty()
                ? new Timeline.Source.Accounts(viewer.organization(), grants.reachable())
                : new Timeline.Source.Mailboxes(viewer.organization(), mailboxes(sql, grants.reachable(), role));
        Page<Row> newest = timeline.page(
                sql,
                source,
                page,
                ids -> sql.query(NEWEST, grants.with(viewer.organization(), ids.toArray(UUID[]::new), role)),
                row -> new Timeline.Position(row.getOffsetDateTime("delivered_at"), row.getUUID("id")));
        List<UUID> ids = newest.data().stream()
                .map(row -> row.getUUID("conversation_id"))
                .toList();
        Map<UUID, ConversationView> views = views(sql, viewer, grants, ids);
        return new Page<>(ids.stream().map(views::get).filter(Objects::nonNull).toList(), newest.next());
    }

    /** One conversation; one that was merged, if he may see something of the one it is part of. */
    Optional<ConversationView> find(Viewer viewer, UUID conversation) {
        return database.reading(viewer.organization(), sql -> {
            Grants grants = access.grants(sql, viewer);
            Optional<ConversationView> merged = sql.first(
                            "select id, '' as subject, 0 as messages, created_at, last_activity_at, merged_into from conversation "
                                    + "where id = $1 and organization_id = $2 and merged_into is not null",
                            conversation,
                            viewer.organization())
                    .map(ConversationView::of);
            UUID shown = merged.map(ConversationView::mergedInto).orElse(conversation);
            Optional<ConversationView> found = Optional.ofNullable(
                    views(sql, viewer, grants, Set.of(shown)).get(shown));
            return merged.isEmpty()
                    ? found
                    : found.map(into -> new ConversationView(
                            conversation, into.subject(), 0, into.createdAt(), into.lastActivityAt(), into.id()));
        });
    }

    private static List<UUID> mailboxes(Sql sql, Collection<UUID> accounts, String role) {
        return sql.list(
                row -> row.getUUID("id"),
                "select id from mailbox where account_id = any($1) and role = $2",
                accounts.toArray(UUID[]::new),
                role);
    }

    private static Map<UUID, ConversationView> views(
            Sql sql, Viewer viewer, Grants grants, Collection<UUID> conversations) {
        Map<UUID, ConversationView> views = new HashMap<>();
        if (!conversations.isEmpty()) {
            sql.list(
                            ConversationView::of,
                            VIEWS,
                            grants.with(viewer.organization(), conversations.toArray(UUID[]::new)))
                    .forEach(view -> views.put(view.id(), view));
        }
        return views;
    }
}

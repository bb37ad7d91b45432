package dev.mailroom.account.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.uuid.NoArgGenerator;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Gatherers;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Writes the audit log. Stateless: the caller owns the session, so that an entry is there if and only if the change is. */
@ApplicationScoped
public class Audit {
    /** Entries of one statement. */
    private static final int BATCH_MAX = 500;

    private static final String INSERT =
            "insert into audit_log (id, organization_id, occurred_at, actor_kind, actor_id,"
                    + " actor_roles, action, subject_type, subject_id, changes, request_id)"
                    + " select cast(e ->> 'id' as uuid), cast(nullif(:organization, '') as uuid), :at, :kind,"
                    + " cast(nullif(:actor, '') as uuid), string_to_array(:roles, ','), e ->> 'action', e ->> 'type',"
                    + " cast(e ->> 'subject' as uuid), e -> 'changes', nullif(:request, '')"
                    + " from jsonb_array_elements(cast(cast(:entries as text) as jsonb)) e";

    private final NoArgGenerator ids;
    private final Clock clock;
    private final ObjectMapper json;

    Audit(NoArgGenerator ids, Clock clock, ObjectMapper json) {
        this.ids = ids;
        this.clock = clock;
        this.json = json;
    }

    /** One entry as the statement takes it. */
    private record Line(
            UUID id, String action, String type, @Nullable UUID subject, List<AuditEntry.Change> changes) {}

    /** Adds an entry in the transaction of the session, which must work for the actor's organization or for all. */
    public Uni<Void> record(Mutiny.Session session, Actor actor, AuditEntry entry) {
        return record(session, actor, List.of(entry));
    }

    /** Adds several, in order. */
    public Uni<Void> record(Mutiny.Session session, Actor actor, List<AuditEntry> entries) {
        Uni<Void> written = Uni.createFrom().voidItem();
        for (List<AuditEntry> batch :
                entries.stream().gather(Gatherers.windowFixed(BATCH_MAX)).toList()) {
            written = written.chain(() -> insert(session, actor, batch));
        }
        return written;
    }

    private Uni<Void> insert(Mutiny.Session session, Actor actor, List<AuditEntry> batch) {
        return session.createNativeQuery(INSERT)
                .setParameter("organization", textOf(actor.organization()))
                .setParameter("at", clock.instant().atOffset(ZoneOffset.UTC))
                .setParameter("kind", actor.kind().name().toLowerCase(Locale.ROOT))
                .setParameter("actor", textOf(actor.id()))
                .setParameter(
                        "roles",
                        String.join(",", actor.roles().stream().sorted().toList()))
                .setParameter("entries", lines(batch))
                .setParameter("request", textOf(actor.requestId()))
                .executeUpdate()
                .replaceWithVoid();
    }

    /** A parameter that is null has no type; PostgreSQL makes the empty text null. */
    private static String textOf(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    private String lines(List<AuditEntry> entries) {
        List<Line> lines = entries.stream()
                .map(entry ->
                        new Line(ids.generate(), entry.action(), entry.subjectType(), entry.subject(), entry.changes()))
                .toList();
        try {
            return json.writeValueAsString(lines);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a list of texts is always JSON", e);
        }
    }
}

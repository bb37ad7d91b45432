package dev.mailroom.account.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.uuid.NoArgGenerator;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Locale;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Writes the audit log. Stateless: the caller owns the session, so that an entry is there if and only if the change is. */
@ApplicationScoped
public class Audit {
    private static final String INSERT =
            "insert into audit_log (id, organization_id, occurred_at, actor_kind, actor_id,"
                    + " actor_roles, action, subject_type, subject_id, changes, request_id)"
                    + " values (:id, cast(nullif(:organization, '') as uuid), :at, :kind, cast(nullif(:actor, '') as uuid),"
                    + " string_to_array(:roles, ','), :action, :type, cast(nullif(:subject, '') as uuid), cast(cast(:changes as text) as jsonb),"
                    + " nullif(:request, ''))";

    private final NoArgGenerator ids;
    private final Clock clock;
    private final ObjectMapper json;

    Audit(NoArgGenerator ids, Clock clock, ObjectMapper json) {
        this.ids = ids;
        this.clock = clock;
        this.json = json;
    }

    /** Adds an entry in the transaction of the session, which must work for the actor's organization or for all. */
    public Uni<Void> record(Mutiny.Session session, Actor actor, AuditEntry entry) {
        return session.createNativeQuery(INSERT)
                .setParameter("id", ids.generate())
                .setParameter("organization", textOf(actor.organization()))
                .setParameter("at", clock.instant().atOffset(ZoneOffset.UTC))
                .setParameter("kind", actor.kind().name().toLowerCase(Locale.ROOT))
                .setParameter("actor", textOf(actor.id()))
                .setParameter(
                        "roles",
                        String.join(",", actor.roles().stream().sorted().toList()))
                .setParameter("action", entry.action())
                .setParameter("type", entry.subjectType())
                .setParameter("subject", textOf(entry.subject()))
                .setParameter("changes", changes(entry))
                .setParameter("request", textOf(actor.requestId()))
                .executeUpdate()
                .replaceWithVoid();
    }

    /** A parameter that is null has no type; PostgreSQL makes the empty text null. */
    private static String textOf(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    private String changes(AuditEntry entry) {
        try {
            return json.writeValueAsString(entry.changes());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a list of texts is always JSON", e);
        }
    }
}

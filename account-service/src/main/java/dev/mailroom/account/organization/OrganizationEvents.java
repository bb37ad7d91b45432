package dev.mailroom.account.organization;

import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.OrganizationEvent;
import dev.mailroom.outbox.Outbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Says on Kafka what happened to people, teams and the organization, in the transaction in which it happens. */
@ApplicationScoped
class OrganizationEvents {
    private static final String SOURCE = "/account-service";

    private final Outbox outbox;
    private final Clock clock;

    OrganizationEvents(Outbox outbox, Clock clock) {
        this.outbox = outbox;
        this.clock = clock;
    }

    Uni<Void> changed(Mutiny.Session session, OrganizationRow row) {
        UUID id = EventIds.of("organization", row.id, row.revision);
        return append(session, id, new OrganizationEvent.OrganizationChanged(row.id, row.revision, row.name, row.plan));
    }

    /** An address that is not known is an empty text. */
    Uni<Void> changed(Mutiny.Session session, UserRow row) {
        return append(
                session,
                idOf(row),
                new OrganizationEvent.UserChanged(
                        row.id,
                        row.organizationId,
                        row.revision,
                        row.name,
                        Objects.requireNonNullElse(row.email, ""),
                        row.role()));
    }

    Uni<Void> removed(Mutiny.Session session, UserRow row) {
        return append(session, idOf(row), new OrganizationEvent.UserRemoved(row.id, row.organizationId, row.revision));
    }

    Uni<Void> changed(Mutiny.Session session, TeamRow row, TeamPeople people) {
        return append(
                session,
                EventIds.of("team", row.id, row.revision),
                new OrganizationEvent.TeamChanged(
                        row.id,
                        row.organizationId,
                        row.revision,
                        row.name,
                        people.members(),
                        people.observers(),
                        row.userReplyBehavior(),
                        row.receivedReplyBehavior(),
                        BusinessHoursText.read(row.businessHours)));
    }

    Uni<Void> removed(Mutiny.Session session, TeamRow row) {
        return append(
                session,
                EventIds.of("team", row.id, row.revision),
                new OrganizationEvent.TeamRemoved(row.id, row.organizationId, row.revision));
    }

    /** The same person may be in two organizations. */
    private static UUID idOf(UserRow row) {
        return EventIds.of("user", row.organizationId, row.id, row.revision);
    }

    private Uni<Void> append(Mutiny.Session session, UUID id, OrganizationEvent event) {
        return outbox.append(session, new CloudEvent<>(id, SOURCE, clock.instant(), event));
    }
}

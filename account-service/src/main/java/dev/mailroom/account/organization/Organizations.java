package dev.mailroom.account.organization;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.hibernate.LockMode;
import org.hibernate.reactive.mutiny.Mutiny;

/** The organizations that were seen, and their plans. Stateless: the caller owns the session. */
@ApplicationScoped
public class Organizations {
    private static final String INSERT = "insert into organizations (id, plan, revision, created_at, updated_at)"
            + " values (:id, :plan, 1, :now, :now) on conflict (id) do nothing";

    private static final String HOLD = "select id from organizations where id = :id for share";

    private final OrganizationConfig config;
    private final OrganizationEvents events;
    private final Clock clock;

    Organizations(OrganizationConfig config, OrganizationEvents events, Clock clock) {
        this.config = config;
        this.events = events;
        this.clock = clock;
    }

    /** The plan of an organization; one that was never seen is written down first. */
    public Uni<Plan> planOf(Mutiny.Session session, UUID organization) {
        return known(session, organization).map(OrganizationRow::plan);
    }

    /**
     * Keeps the directory of the organization as it is until the end of the transaction. To be called before an account is locked:
     * whoever changes the directory locks accounts after it.
     */
    public Uni<Void> hold(Mutiny.Session session, UUID organization) {
        return known(session, organization)
                .chain(() -> session.createNativeQuery(HOLD, UUID.class)
                        .setParameter("id", organization)
                        .getSingleResult())
                .replaceWithVoid();
    }

    /** The organization; one that was never seen is written down first. */
    Uni<OrganizationRow> known(Mutiny.Session session, UUID organization) {
        return session.find(OrganizationRow.class, organization)
                .chain(found -> found != null
                        ? Uni.createFrom().item(found)
                        : insert(session, organization).chain(() -> session.find(OrganizationRow.class, organization)));
    }

    /** The organization, locked until the end of the transaction, which must not have read it: one change of its directory at a time. */
    Uni<OrganizationRow> lock(Mutiny.Session session, UUID organization) {
        return locked(session, organization)
                .chain(found -> found != null
                        ? Uni.createFrom().item(found)
                        : insert(session, organization).chain(() -> locked(session, organization)));
    }

    private static Uni<OrganizationRow> locked(Mutiny.Session session, UUID organization) {
        return session.createSelectionQuery("from OrganizationRow o where o.id = :id", OrganizationRow.class)
                .setParameter("id", organization)
                .setLockMode(LockMode.PESSIMISTIC_WRITE)
                .getSingleResultOrNull();
    }

    private Uni<Void> insert(Mutiny.Session session, UUID organization) {
        return session.createNativeQuery(INSERT)
                .setParameter("id", organization)
                .setParameter("plan", config.defaultPlan().wireName())
                .setParameter("now", OffsetDateTime.now(clock).withOffsetSameInstant(ZoneOffset.UTC))
                .executeUpdate()
                .chain(inserted -> inserted == 0
                        ? Uni.createFrom().voidItem()
                        : session.find(OrganizationRow.class, organization).chain(row -> events.changed(session, row)));
    }
}

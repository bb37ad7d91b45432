package dev.mailroom.account.organization;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** The organizations that were seen, and their plans. Stateless: the caller owns the session. */
@ApplicationScoped
public class Organizations {
    private static final String INSERT = "insert into organizations (id, plan, revision, created_at, updated_at)"
            + " values (:id, :plan, 1, :now, :now) on conflict (id) do nothing";

    private final OrganizationConfig config;
    private final Clock clock;

    Organizations(OrganizationConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /** The plan of an organization; one that was never seen is written down first. */
    public Uni<Plan> planOf(Mutiny.Session session, UUID organization) {
        return find(session, organization)
                .chain(found -> found != null
                        ? Uni.createFrom().item(found)
                        : insert(session, organization).chain(() -> find(session, organization)))
                .map(Plan::ofWireName);
    }

    private static Uni<String> find(Mutiny.Session session, UUID organization) {
        return session.createNativeQuery("select plan from organizations where id = :id", String.class)
                .setParameter("id", organization)
                .getSingleResultOrNull();
    }

    private Uni<Integer> insert(Mutiny.Session session, UUID organization) {
        return session.createNativeQuery(INSERT)
                .setParameter("id", organization)
                .setParameter("plan", config.defaultPlan().wireName())
                .setParameter("now", OffsetDateTime.now(clock).withOffsetSameInstant(ZoneOffset.UTC))
                .executeUpdate();
    }
}

package dev.mailroom.account.organization;

import dev.mailroom.account.audit.Actor;
import dev.mailroom.account.audit.Audit;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/** Name and plan of an organization. Every method blocks its virtual thread. */
@ApplicationScoped
class OrganizationSettings {
    private static final Logger LOG = Logger.getLogger(OrganizationSettings.class);

    private final TenantTransactions transactions;
    private final Organizations organizations;
    private final OrganizationEvents events;
    private final Audit audit;
    private final Clock clock;

    OrganizationSettings(
            TenantTransactions transactions,
            Organizations organizations,
            OrganizationEvents events,
            Audit audit,
            Clock clock) {
        this.transactions = transactions;
        this.organizations = organizations;
        this.events = events;
        this.audit = audit;
        this.clock = clock;
    }

    OrganizationRow get(UUID organization) {
        return transactions.inOrganization(organization, session -> organizations.known(session, organization));
    }

    OrganizationRow rename(Viewer viewer, String name) {
        return revise(viewer.organization(), viewer.actor(), row -> {
            boolean differs = !name.equals(row.name);
            row.name = name;
            return differs;
        });
    }

    /** What is there already stays as it is, also where the new plan would not allow it. */
    OrganizationRow changePlan(Actor actor, UUID organization, Plan plan) {
        OrganizationRow changed = revise(organization, actor.in(organization), row -> {
            boolean differs = plan != row.plan();
            row.plan = plan.wireName();
            return differs;
        });
        LOG.infof("plan set organization=%s plan=%s", organization, changed.plan);
        return changed;
    }

    private OrganizationRow revise(UUID organization, Actor actor, Predicate<OrganizationRow> change) {
        return transactions.inOrganization(
                organization,
                session -> organizations.lock(session, organization).call(row -> {
                    String nameBefore = row.name;
                    String planBefore = row.plan;
                    if (!change.test(row)) {
                        return Uni.createFrom().voidItem();
                    }
                    row.revise(clock.instant());
                    return session.flush()
                            .chain(() ->
                                    audit.record(session, actor, DirectoryAudit.changed(row, nameBefore, planBefore)))
                            .chain(() -> events.changed(session, row));
                }));
    }
}

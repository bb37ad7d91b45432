package dev.mailroom.account.organization;

import com.fasterxml.uuid.NoArgGenerator;
import dev.mailroom.account.audit.Audit;
import dev.mailroom.account.audit.AuditEntry;
import dev.mailroom.http.FieldError;
import dev.mailroom.http.IdempotencyKey;
import dev.mailroom.http.ProblemException;
import dev.mailroom.http.Problems;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The teams of an organization. Every method without a session blocks its virtual thread. */
@ApplicationScoped
class Teams {
    /** Teams of an organization. */
    static final int TEAMS_MAX = 1_000;

    private static final Logger LOG = Logger.getLogger(Teams.class);

    private final TenantTransactions transactions;
    private final Organizations organizations;
    private final Directory directory;
    private final OrganizationEvents events;
    private final RequestOnce once;
    private final Audit audit;
    private final List<Shares> shares;
    private final NoArgGenerator ids;
    private final Clock clock;

    Teams(
            TenantTransactions transactions,
            Organizations organizations,
            Directory directory,
            OrganizationEvents events,
            RequestOnce once,
            Audit audit,
            @All List<Shares> shares,
            NoArgGenerator ids,
            Clock clock) {
        this.transactions = transactions;
        this.organizations = organizations;
        this.directory = directory;
        this.events = events;
        this.once = once;
        this.audit = audit;
        this.shares = shares;
        this.ids = ids;
        this.clock = clock;
    }

    /** At most {@code limit} teams with an id above {@code after}. */
    List<TeamView> list(Viewer viewer, UUID after, int limit) {
        UUID organization = viewer.organization();
        return transactions.inOrganization(
                organization,
                session -> directory
                        .teams(session, organization, after, limit)
                        .chain(rows -> views(session, organization, rows)));
    }

    /** @throws ProblemException 404 */
    TeamView get(Viewer viewer, UUID id) {
        return transactions.inOrganization(
                viewer.organization(), session -> existing(session, viewer, id).chain(row -> view(session, row)));
    }

    /** @throws ProblemException 400 with every person who is not a user, 409 {@code too-many-teams} or {@code idempotency-key-reused} */
    TeamView create(Viewer viewer, TeamChange form, Optional<IdempotencyKey> key) {
        return transactions.inOrganization(
                viewer.organization(),
                session -> organizations
                        .lock(session, viewer.organization())
                        .chain(() -> once.once(
                                session,
                                viewer,
                                key,
                                "POST /v1/teams",
                                form,
                                TeamView.class,
                                () -> insert(session, viewer, form))));
    }

    /** Accounts that are shared with the team get a new revision if other people are in it. @throws ProblemException 400, 404 */
    TeamView change(Viewer viewer, UUID id, TeamChange change) {
        return transactions.inOrganization(
                viewer.organization(),
                session -> organizations
                        .lock(session, viewer.organization())
                        .chain(() -> existing(session, viewer, id))
                        .chain(row ->
                                people(session, row).chain(before -> write(session, viewer, row, before, change))));
    }

    /**
     * Removes a team. What is shared with it stays shared with the users it names, or becomes personal where it names none.
     *
     * @param confirmed false to learn what is shared with it
     * @throws ProblemException 404, 409 {@code confirmation-needed}
     */
    void remove(Viewer viewer, UUID id, boolean confirmed) {
        transactions.inOrganization(
                viewer.organization(),
                session -> organizations
                        .lock(session, viewer.organization())
                        .chain(() -> existing(session, viewer, id))
                        .call(row -> confirmed ? Uni.createFrom().voidItem() : requireUnused(session, row))
                        .call(row -> tellRemoved(session, viewer, row))
                        .call(row -> audit.record(session, viewer.actor(), DirectoryAudit.removed(row)))
                        .invoke(row -> row.revise(clock.instant()))
                        .call(row -> session.remove(row).chain(session::flush))
                        .call(row -> events.removed(session, row)));
        LOG.infof("team removed team=%s organization=%s", id, viewer.organization());
    }

    /** Somebody who was in these teams was taken out: each says so with a new revision. */
    Uni<Void> lostSomebody(Mutiny.Session session, UUID organization, List<UUID> teams) {
        Uni<Void> written = Uni.createFrom().voidItem();
        for (UUID id : teams) {
            written = written.chain(() -> directory.team(session, organization, id))
                    .chain(row -> people(session, row).chain(people -> revise(session, row, people)));
        }
        return written;
    }

    private Uni<TeamView> insert(Mutiny.Session session, Viewer viewer, TeamChange form) {
        TeamRow row = TeamRow.of(ids.generate(), viewer.organization(), clock.instant());
        TeamPeople people = after(TeamPeople.NOBODY, form);
        return directory
                .countTeams(session, viewer.organization())
                .invoke(count -> {
                    if (count >= TEAMS_MAX) {
                        throw Problems.conflict("too-many-teams", "An organization can have " + TEAMS_MAX + " teams");
                    }
                })
                .chain(() -> requireUsers(session, viewer.organization(), form))
                .invoke(() -> {
                    row.apply(form);
                    row.revise(clock.instant());
                })
                .chain(() -> session.persist(row))
                .chain(session::flush)
                .chain(() -> directory.setPeople(session, row, people))
                .chain(() -> audit.record(session, viewer.actor(), DirectoryAudit.made(row, people)))
                .chain(() -> events.changed(session, row, people))
                .replaceWith(() -> TeamView.of(row, people));
    }

    private Uni<TeamView> write(
            Mutiny.Session session, Viewer viewer, TeamRow row, TeamPeople before, TeamChange change) {
        TeamPeople people = after(before, change);
        requireApart(people, change);
        AuditEntry entry = DirectoryAudit.changed(row, before, change, people);
        boolean otherAudience = !people.everyone().equals(before.everyone());
        return requireUsers(session, row.organizationId, change)
                .invoke(() -> row.apply(change))
                .chain(() ->
                        people.equals(before) ? Uni.createFrom().voidItem() : directory.setPeople(session, row, people))
                .chain(() -> audit.record(session, viewer.actor(), entry))
                .chain(() -> revise(session, row, people))
                .chain(() -> otherAudience
                        ? tellChanged(session, row)
                        : Uni.createFrom().voidItem())
                .replaceWith(() -> TeamView.of(row, people));
    }

    private Uni<Void> revise(Mutiny.Session session, TeamRow row, TeamPeople people) {
        row.revise(clock.instant());
        return session.flush().chain(() -> events.changed(session, row, people));
    }

    private static TeamPeople after(TeamPeople before, TeamChange change) {
        return new TeamPeople(
                change.members() == null ? before.members() : sorted(change.members()),
                change.observers() == null ? before.observers() : sorted(change.observers()));
    }

    /** Where a change names only one of the two lists, it may still clash with the other one. */
    private static void requireApart(TeamPeople people, TeamChange change) {
        int together = people.members().size() + people.observers().size();
        String pointer = change.observers() == null ? "/members" : "/observers";
        if (together > DirectoryCheck.PEOPLE_OF_A_TEAM_MAX) {
            throw Problems.invalid(
                    pointer,
                    "members and observers must be at most " + DirectoryCheck.PEOPLE_OF_A_TEAM_MAX
                            + " people together");
        }
        if (people.everyone().size() < together) {
            throw Problems.invalid(pointer, "somebody would be both a member and an observer; send both lists");
        }
    }

    private Uni<Void> requireUsers(Mutiny.Session session, UUID organization, TeamChange change) {
        List<UUID> members = Objects.requireNonNullElse(change.members(), List.<UUID>of());
        List<UUID> observers = Objects.requireNonNullElse(change.observers(), List.<UUID>of());
        Set<UUID> asked = new TreeSet<>(members);
        asked.addAll(observers);
        return directory
                .existing(session, organization, asked)
                .invoke(existing -> {
                    List<FieldError> errors = new ArrayList<>();
                    nameStrangers("/members/", members, existing, errors);
                    nameStrangers("/observers/", observers, existing, errors);
                    if (!errors.isEmpty()) {
                        throw Problems.invalid(errors);
                    }
                })
                .replaceWithVoid();
    }

    private static void nameStrangers(String pointer, List<UUID> asked, Set<UUID> existing, List<FieldError> errors) {
        for (int i = 0; i < asked.size(); i++) {
            if (!existing.contains(asked.get(i))) {
                errors.add(new FieldError(pointer + i, "is not a user of your organization"));
            }
        }
    }

    private Uni<Void> requireUnused(Mutiny.Session session, TeamRow row) {
        Uni<Set<UUID>> shared = Uni.createFrom().item(TreeSet::new);
        for (Shares held : shares) {
            shared = shared.chain(before -> held.accountsOfTeam(session, row.organizationId, row.id)
                    .invoke(before::addAll)
                    .replaceWith(before));
        }
        return shared.invoke(accounts -> {
                    if (!accounts.isEmpty()) {
                        throw Problems.conflict(
                                        "confirmation-needed",
                                        "Accounts are shared with the team: they stay shared with the users they name, or"
                                                + " become personal; repeat the request with ?confirm=true")
                                .with("accounts", accounts)
                                .with("named_max", Shares.NAMED_MAX);
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Void> tellChanged(Mutiny.Session session, TeamRow row) {
        Uni<Void> told = Uni.createFrom().voidItem();
        for (Shares held : shares) {
            told = told.chain(() -> held.teamChanged(session, row.organizationId, row.id));
        }
        return told;
    }

    private Uni<Void> tellRemoved(Mutiny.Session session, Viewer viewer, TeamRow row) {
        Uni<Void> told = Uni.createFrom().voidItem();
        for (Shares held : shares) {
            told = told.chain(() -> held.teamRemoved(session, viewer.actor(), row.organizationId, row.id));
        }
        return told;
    }

    private Uni<TeamRow> existing(Mutiny.Session session, Viewer viewer, UUID id) {
        return directory.team(session, viewer.organization(), id).map(Teams::orNotFound);
    }

    private static TeamRow orNotFound(@Nullable TeamRow row) {
        if (row == null) {
            throw Problems.notFound("The team");
        }
        return row;
    }

    private Uni<TeamPeople> people(Mutiny.Session session, TeamRow row) {
        return directory
                .people(session, row.organizationId, List.of(row.id))
                .map(people -> people.getOrDefault(row.id, TeamPeople.NOBODY));
    }

    private Uni<TeamView> view(Mutiny.Session session, TeamRow row) {
        return people(session, row).map(people -> TeamView.of(row, people));
    }

    private Uni<List<TeamView>> views(Mutiny.Session session, UUID organization, List<TeamRow> rows) {
        List<UUID> teams = rows.stream().map(row -> row.id).toList();
        return directory.people(session, organization, teams).map(people -> views(rows, people));
    }

    private static List<TeamView> views(List<TeamRow> rows, Map<UUID, TeamPeople> people) {
        return rows.stream()
                .map(row -> TeamView.of(row, people.getOrDefault(row.id, TeamPeople.NOBODY)))
                .toList();
    }

    private static List<UUID> sorted(List<UUID> people) {
        return people.stream().sorted().toList();
    }
}

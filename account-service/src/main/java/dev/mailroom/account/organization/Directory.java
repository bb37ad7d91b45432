package dev.mailroom.account.organization;

import dev.mailroom.contracts.OrganizationEvent.Role;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/** SQL for people and teams. Stateless: the caller owns the session and therefore the transaction. */
@ApplicationScoped
public class Directory {
    private static final String USERS_FROM =
            "from UserRow u where u.organizationId = :organization and u.removedAt is null";
    private static final String TEAMS_FROM = "from TeamRow t where t.organizationId = :organization";
    private static final String PEOPLE = "select team_id, user_id, observer from team_people"
            + " where organization_id = :organization and team_id in (:teams)";
    private static final String ADD_PEOPLE = "insert into team_people (team_id, user_id, organization_id, observer)"
            + " select :team, person, :organization, :observer from unnest(cast(cast(:people as text) as uuid[])) person";
    private static final String LEAVE_TEAMS =
            "delete from team_people where organization_id = :organization" + " and user_id = :user returning team_id";
    private static final String EXISTING = "select id from users where organization_id = :organization"
            + " and removed_at is null and id = any(cast(cast(:ids as text) as uuid[]))";

    /** Those of the ids that are people of the organization. */
    public Uni<Set<UUID>> existing(Mutiny.Session session, UUID organization, Collection<UUID> ids) {
        if (ids.isEmpty()) {
            return Uni.createFrom().item(Set.of());
        }
        return session.createNativeQuery(EXISTING, UUID.class)
                .setParameter("organization", organization)
                .setParameter("ids", array(ids))
                .getResultList()
                .map(HashSet::new);
    }

    /** Whether it is a team of the organization. */
    public Uni<Boolean> isTeam(Mutiny.Session session, UUID organization, UUID id) {
        return team(session, organization, id).map(row -> row != null);
    }

    /** Members and observers of a team, in order of their ids; empty if there is no such team. */
    public Uni<List<UUID>> peopleOf(Mutiny.Session session, UUID organization, UUID team) {
        return people(session, organization, List.of(team))
                .map(people ->
                        List.copyOf(people.getOrDefault(team, TeamPeople.NOBODY).everyone()));
    }

    /** The person, also one who was removed, or null. */
    Uni<UserRow> user(Mutiny.Session session, UUID organization, UUID id) {
        return session.find(UserRow.class, new UserRow.Key(organization, id));
    }

    Uni<List<UserRow>> users(Mutiny.Session session, UUID organization, UUID after, int limit) {
        return session.createSelectionQuery(USERS_FROM + " and u.id > :after order by u.id", UserRow.class)
                .setParameter("organization", organization)
                .setParameter("after", after)
                .setMaxResults(limit)
                .getResultList();
    }

    Uni<Long> countUsers(Mutiny.Session session, UUID organization) {
        return session.createSelectionQuery("select count(*) " + USERS_FROM, Long.class)
                .setParameter("organization", organization)
                .getSingleResult();
    }

    Uni<Long> countOwners(Mutiny.Session session, UUID organization) {
        return session.createSelectionQuery("select count(*) " + USERS_FROM + " and u.role = :role", Long.class)
                .setParameter("organization", organization)
                .setParameter("role", Role.OWNER.name().toLowerCase(Locale.ROOT))
                .getSingleResult();
    }

    /** The id of the person with this address, or null. */
    Uni<UUID> userWithEmail(Mutiny.Session session, UUID organization, String email) {
        return session.createSelectionQuery(
                        "select u.id " + USERS_FROM + " and lower(u.email) = lower(:email)", UUID.class)
                .setParameter("organization", organization)
                .setParameter("email", email)
                .getSingleResultOrNull();
    }

    /** The team, or null if the organization has none of this id. */
    Uni<TeamRow> team(Mutiny.Session session, UUID organization, UUID id) {
        return session.createSelectionQuery(TEAMS_FROM + " and t.id = :id", TeamRow.class)
                .setParameter("organization", organization)
                .setParameter("id", id)
                .getSingleResultOrNull();
    }

    Uni<List<TeamRow>> teams(Mutiny.Session session, UUID organization, UUID after, int limit) {
        return session.createSelectionQuery(TEAMS_FROM + " and t.id > :after order by t.id", TeamRow.class)
                .setParameter("organization", organization)
                .setParameter("after", after)
                .setMaxResults(limit)
                .getResultList();
    }

    Uni<Long> countTeams(Mutiny.Session session, UUID organization) {
        return session.createSelectionQuery("select count(*) " + TEAMS_FROM, Long.class)
                .setParameter("organization", organization)
                .getSingleResult();
    }

    /** Who is in these teams; a team without people is left out. */
    Uni<Map<UUID, TeamPeople>> people(Mutiny.Session session, UUID organization, List<UUID> teams) {
        if (teams.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        return session.createNativeQuery(PEOPLE, Object[].class)
                .setParameter("organization", organization)
                .setParameter("teams", teams)
                .getResultList()
                .map(Directory::byTeam);
    }

    /** Puts these people in the place of those who are in the team. */
    Uni<Void> setPeople(Mutiny.Session session, TeamRow team, TeamPeople people) {
        return session.createNativeQuery("delete from team_people where team_id = :team")
                .setParameter("team", team.id)
                .executeUpdate()
                .chain(() -> add(session, team, people.members(), false))
                .chain(() -> add(session, team, people.observers(), true));
    }

    /** Takes the person out of every team. The teams they were in, in order of their ids. */
    Uni<List<UUID>> leaveTeams(Mutiny.Session session, UUID organization, UUID user) {
        return session.createNativeQuery(LEAVE_TEAMS, UUID.class)
                .setParameter("organization", organization)
                .setParameter("user", user)
                .getResultList()
                .map(teams -> teams.stream().sorted().toList());
    }

    private static Uni<Void> add(Mutiny.Session session, TeamRow team, List<UUID> people, boolean observer) {
        if (people.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return session.createNativeQuery(ADD_PEOPLE)
                .setParameter("team", team.id)
                .setParameter("organization", team.organizationId)
                .setParameter("observer", observer)
                .setParameter("people", array(people))
                .executeUpdate()
                .replaceWithVoid();
    }

    private static Map<UUID, TeamPeople> byTeam(List<Object[]> rows) {
        Map<UUID, List<Object[]>> grouped = rows.stream()
                .collect(Collectors.groupingBy(row -> (UUID) row[0], LinkedHashMap::new, Collectors.toList()));
        Map<UUID, TeamPeople> people = new LinkedHashMap<>();
        grouped.forEach((team, ofTeam) -> people.put(team, new TeamPeople(ids(ofTeam, false), ids(ofTeam, true))));
        return people;
    }

    private static List<UUID> ids(List<Object[]> rows, boolean observers) {
        return rows.stream()
                .filter(row -> (boolean) row[2] == observers)
                .map(row -> (UUID) row[1])
                .sorted()
                .toList();
    }

    /** As an array literal: a parameter of a native query has no array type of its own. */
    private static String array(Collection<UUID> ids) {
        return ids.stream().map(UUID::toString).collect(Collectors.joining(",", "{", "}"));
    }
}

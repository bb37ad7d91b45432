package dev.mailroom.account.organization;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Who is in a team.
 *
 * @param members who are notified and get work assigned, in order of their ids
 * @param observers who see the team inbox and are not notified, in order of their ids
 */
record TeamPeople(List<UUID> members, List<UUID> observers) {
    static final TeamPeople NOBODY = new TeamPeople(List.of(), List.of());

    Set<UUID> everyone() {
        Set<UUID> everyone = new TreeSet<>(members);
        everyone.addAll(observers);
        return everyone;
    }
}

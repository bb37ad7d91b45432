package dev.mailroom.account.organization;

import dev.mailroom.contracts.OrganizationEvent.BusinessHours;
import dev.mailroom.contracts.OrganizationEvent.ReceivedReplyBehavior;
import dev.mailroom.contracts.OrganizationEvent.UserReplyBehavior;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A team as a client sees it. */
public record TeamView(
        UUID id,
        String name,
        List<UUID> members,
        List<UUID> observers,
        UserReplyBehavior userReplyBehavior,
        ReceivedReplyBehavior receivedReplyBehavior,
        @Nullable BusinessHours businessHours,
        long revision,
        Instant createdAt,
        Instant updatedAt) {

    static TeamView of(TeamRow row, TeamPeople people) {
        return new TeamView(
                row.id,
                row.name,
                people.members(),
                people.observers(),
                row.userReplyBehavior(),
                row.receivedReplyBehavior(),
                BusinessHoursText.read(row.businessHours),
                row.revision,
                row.createdAt,
                row.updatedAt);
    }
}

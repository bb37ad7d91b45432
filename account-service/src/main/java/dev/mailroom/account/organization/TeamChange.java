package dev.mailroom.account.organization;

import dev.mailroom.contracts.OrganizationEvent.BusinessHours;
import dev.mailroom.contracts.OrganizationEvent.ReceivedReplyBehavior;
import dev.mailroom.contracts.OrganizationEvent.UserReplyBehavior;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is to change on a team, checked; null leaves a field as it is. Only {@link DirectoryCheck} makes one.
 *
 * @param members in the order of the request, for pointers into it
 * @param businessHours without spans for none
 */
record TeamChange(
        @Nullable String name,
        @Nullable List<UUID> members,
        @Nullable List<UUID> observers,
        @Nullable UserReplyBehavior userReplyBehavior,
        @Nullable ReceivedReplyBehavior receivedReplyBehavior,
        @Nullable BusinessHours businessHours) {}

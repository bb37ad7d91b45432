package dev.mailroom.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Topic {@code mailroom.organization.events}, compacted, key: the team or organization, or organization and user. Written by
 * account-service.
 */
public sealed interface OrganizationEvent extends MailroomEvent {

    /** Grows by one with each change of the subject; a consumer keeps the highest it has seen. */
    long revision();

    @Override
    default String partitionKey() {
        return subject().toString();
    }

    /** What a person may do in the organization; {@code mailroom.organization.events} carries no other roles. */
    enum Role {
        @JsonProperty("owner")
        OWNER,
        @JsonProperty("admin")
        ADMIN,
        @JsonProperty("member")
        MEMBER
    }

    /** Who gets a conversation of a team inbox when one of the team answers it. */
    enum UserReplyBehavior {
        @JsonProperty("assign_user")
        ASSIGN_USER,
        @JsonProperty("leave_in_team_inbox")
        LEAVE_IN_TEAM_INBOX
    }

    /** Where a reply to an assigned conversation shows up. */
    enum ReceivedReplyBehavior {
        @JsonProperty("show_in_assignee_inbox")
        SHOW_IN_ASSIGNEE_INBOX,
        @JsonProperty("show_in_team_inbox")
        SHOW_IN_TEAM_INBOX
    }

    /**
     * When a team works.
     *
     * @param timeZone IANA name, for example {@code Europe/Lisbon}
     */
    record BusinessHours(String timeZone, List<Span> spans) {
        public BusinessHours {
            Required.of("time_zone", timeZone);
            spans = Required.list(spans);
        }

        /**
         * @param day 0 (Sunday) to 6
         * @param fromSecond of the day, 0..86400, below {@code toSecond}
         */
        public record Span(int day, int fromSecond, int toSecond) {}
    }

    /** An id of a user is chosen outside, so that two organizations may have the same one: the key keeps their records apart. */
    private static String keyOfUser(UUID organization, UUID user) {
        return organization + "/" + user;
    }

    /**
     * A person was added or changed.
     *
     * @param email empty where it is not known
     */
    @EventType("user.changed")
    record UserChanged(UUID user, UUID organization, long revision, String name, String email, Role role)
            implements OrganizationEvent {
        public UserChanged {
            Required.of("user", user);
            Required.of("organization", organization);
            Required.of("name", name);
            Required.of("email", email);
            Required.of("role", role);
        }

        @Override
        public UUID subject() {
            return user;
        }

        @Override
        public String partitionKey() {
            return keyOfUser(organization, user);
        }
    }

    @EventType("user.removed")
    record UserRemoved(UUID user, UUID organization, long revision) implements OrganizationEvent {
        public UserRemoved {
            Required.of("user", user);
            Required.of("organization", organization);
        }

        @Override
        public UUID subject() {
            return user;
        }

        @Override
        public String partitionKey() {
            return keyOfUser(organization, user);
        }
    }

    /**
     * A team was made or changed.
     *
     * @param members who are notified and get work assigned
     * @param observers who see the team inbox and are not notified
     */
    @EventType("team.changed")
    record TeamChanged(
            UUID team,
            UUID organization,
            long revision,
            String name,
            List<UUID> members,
            List<UUID> observers,
            UserReplyBehavior userReplyBehavior,
            ReceivedReplyBehavior receivedReplyBehavior,
            @Nullable BusinessHours businessHours)
            implements OrganizationEvent {
        public TeamChanged {
            Required.of("team", team);
            Required.of("organization", organization);
            Required.of("name", name);
            members = Required.list(members);
            observers = Required.list(observers);
            Required.of("user_reply_behavior", userReplyBehavior);
            Required.of("received_reply_behavior", receivedReplyBehavior);
        }

        @Override
        public UUID subject() {
            return team;
        }
    }

    @EventType("team.removed")
    record TeamRemoved(UUID team, UUID organization, long revision) implements OrganizationEvent {
        public TeamRemoved {
            Required.of("team", team);
            Required.of("organization", organization);
        }

        @Override
        public UUID subject() {
            return team;
        }
    }

    /** The plan or the name changed. @param plan {@code free} or {@code paid} */
    @EventType("organization.changed")
    record OrganizationChanged(
            UUID organization, long revision, @Nullable String name, String plan) implements OrganizationEvent {
        public OrganizationChanged {
            Required.of("organization", organization);
            Required.of("plan", plan);
        }

        @Override
        public UUID subject() {
            return organization;
        }
    }
}

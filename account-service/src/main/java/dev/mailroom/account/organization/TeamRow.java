package dev.mailroom.account.organization;

import dev.mailroom.contracts.OrganizationEvent.ReceivedReplyBehavior;
import dev.mailroom.contracts.OrganizationEvent.UserReplyBehavior;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/** A team as it is stored, without its people. Written only while the row of the organization is locked. */
@Entity
@Table(name = "teams")
@DynamicUpdate
class TeamRow {
    @Id
    UUID id;

    @Column
    UUID organizationId;

    @Column
    long revision;

    @Column
    String name;

    @Column
    String userReplyBehavior;

    @Column
    String receivedReplyBehavior;

    @Column
    @Nullable
    String businessHours;

    @Column
    Instant createdAt;

    @Column
    Instant updatedAt;

    TeamRow() {}

    /** A team with what every team has by default; its first revision is still to be made. */
    static TeamRow of(UUID id, UUID organization, Instant now) {
        TeamRow row = new TeamRow();
        row.id = id;
        row.organizationId = organization;
        row.userReplyBehavior = wireName(UserReplyBehavior.ASSIGN_USER);
        row.receivedReplyBehavior = wireName(ReceivedReplyBehavior.SHOW_IN_ASSIGNEE_INBOX);
        row.createdAt = now;
        return row;
    }

    /** Takes over everything but the people. */
    void apply(TeamChange change) {
        if (change.name() != null) {
            name = change.name();
        }
        if (change.userReplyBehavior() != null) {
            userReplyBehavior = wireName(change.userReplyBehavior());
        }
        if (change.receivedReplyBehavior() != null) {
            receivedReplyBehavior = wireName(change.receivedReplyBehavior());
        }
        if (change.businessHours() != null) {
            businessHours =
                    change.businessHours().spans().isEmpty() ? null : BusinessHoursText.write(change.businessHours());
        }
    }

    void revise(Instant now) {
        revision++;
        updatedAt = now;
    }

    UserReplyBehavior userReplyBehavior() {
        return UserReplyBehavior.valueOf(userReplyBehavior.toUpperCase(Locale.ROOT));
    }

    ReceivedReplyBehavior receivedReplyBehavior() {
        return ReceivedReplyBehavior.valueOf(receivedReplyBehavior.toUpperCase(Locale.ROOT));
    }

    private static String wireName(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return "TeamRow[" + id + ", revision " + revision + "]";
    }
}

package dev.mailroom.account.organization;

import dev.mailroom.contracts.OrganizationEvent.ReceivedReplyBehavior;
import dev.mailroom.contracts.OrganizationEvent.UserReplyBehavior;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A team as a client sends it; {@link DirectoryCheck} checks it. In a change, null and absent leave a field as it is. */
@Schema(examples = TeamRequest.EXAMPLE)
public record TeamRequest(
        @Schema(description = "Required for a new team", maxLength = DirectoryCheck.NAME_MAX_CHARACTERS) @Nullable
        String name,

        @Schema(description = "Who are notified and get work assigned") @Nullable
        List<UUID> members,

        @Schema(description = "Who see the team inbox and are not notified") @Nullable
        List<UUID> observers,

        @Schema(description = "Default assign_user") @Nullable
        UserReplyBehavior userReplyBehavior,

        @Schema(description = "Default show_in_assignee_inbox") @Nullable
        ReceivedReplyBehavior receivedReplyBehavior,

        @Schema(description = "An empty list of spans takes the hours away") @Nullable
        HoursRequest businessHours) {

    /** @param timeZone IANA name */
    public record HoursRequest(
            @Schema(examples = "Europe/Lisbon") @Nullable String timeZone,
            @Nullable List<SpanRequest> spans) {}

    /**
     * @param day 0 (Sunday) to 6
     * @param fromSecond of the day, 0 to 86399
     * @param toSecond of the day, above {@code fromSecond}, at most 86400
     */
    public record SpanRequest(
            @Nullable Integer day,
            @Nullable Integer fromSecond,
            @Nullable Integer toSecond) {}

    static final String EXAMPLE = """
            {"name": "Support", "members": ["0197a5f0-0000-7000-8000-000000000001"], "observers": [],
             "user_reply_behavior": "assign_user", "received_reply_behavior": "show_in_assignee_inbox",
             "business_hours": {"time_zone": "Europe/Lisbon", "spans": [{"day": 1, "from_second": 32400, "to_second": 64800}]}}""";
}

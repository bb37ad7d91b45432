package dev.mailroom.account.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Who works with an account, as a client says it. Everyone of the organization is meant only where that is said or where nobody is named at
 * all; an empty list of users names nobody.
 */
public record SharingRequest(
        @Schema(required = true) @Nullable Mode mode,
        @Nullable UUID team,

        @Schema(description = "Not empty unless there is a team or everyone is meant") @Nullable
        List<UUID> users,

        @Schema(
                description = "true: everyone of the organization, which is also meant when a personal account becomes"
                        + " shared without team, users and everyone. When an account that is shared is changed without"
                        + " all three, it stays shared with the same people")
        @Nullable
        Boolean everyone,

        @Schema(description = "For shared accounts; left out: as it is, team_inbox at first") @Nullable
        Delivery delivery) {

    public enum Mode {
        @JsonProperty("personal")
        PERSONAL,
        @JsonProperty("shared")
        SHARED
    }

    public enum Delivery {
        @JsonProperty("inbox")
        INBOX,
        @JsonProperty("team_inbox")
        TEAM_INBOX
    }
}

package dev.mailroom.account.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Who works with an account, as a client says it. Shared without a team and without users means everyone of the organization. */
public record SharingRequest(
        @Schema(required = true) @Nullable Mode mode,
        @Nullable UUID team,
        @Nullable List<UUID> users,

        @Schema(description = "For shared accounts; default team_inbox") @Nullable
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

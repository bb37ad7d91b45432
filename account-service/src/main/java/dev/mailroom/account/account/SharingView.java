package dev.mailroom.account.account;

import dev.mailroom.contracts.AccountState.Audience;
import dev.mailroom.contracts.AccountState.Sharing;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Who works with an account, as it can be sent back. */
@Schema(name = "Sharing")
public record SharingView(
        @Schema(description = "personal or shared", examples = "shared")
        String mode,

        @Nullable UUID team,
        List<UUID> users,

        @Schema(description = "Whether everyone of the organization works with it")
        boolean everyone,

        @Schema(description = "inbox or team_inbox; null for a personal account", examples = "team_inbox") @Nullable
        String delivery) {

    static SharingView of(Sharing sharing) {
        return new SharingView(
                sharing.mode(),
                sharing.team(),
                sharing.users(),
                Audience.of(sharing).everyone(),
                sharing.delivery());
    }
}

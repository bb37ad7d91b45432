package dev.mailroom.account.organization;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mailroom.contracts.OrganizationEvent.Role;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A person as a client sees them. A member sees of others only who they are. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UserView(
        UUID id,
        String name,

        @Schema(description = "For owners, admins and the person; left out where it is not known") @Nullable
        String email,

        @Schema(description = "For owners, admins and the person") @Nullable
        Role role,

        @Nullable Long revision,
        @Nullable Instant createdAt,
        @Nullable Instant updatedAt) {

    static UserView of(UserRow row) {
        return new UserView(row.id, row.name, row.email, row.role(), row.revision, row.createdAt, row.updatedAt);
    }

    /** As much of the person as the viewer may see. */
    static UserView of(UserRow row, Viewer viewer) {
        return viewer.manager() || row.id.equals(viewer.user())
                ? of(row)
                : new UserView(row.id, row.name, null, null, null, null, null);
    }
}

package dev.mailroom.account.organization;

import dev.mailroom.contracts.OrganizationEvent.Role;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A new person as a client sends them; {@link DirectoryCheck} checks it. */
@Schema(
        examples =
                "{\"id\": \"0197a5f0-0000-7000-8000-000000000001\", \"name\": \"Bo Berg\", \"email\": \"bo@example.com\","
                        + " \"role\": \"member\"}")
public record UserRequest(
        @Schema(description = "The claim sub of the person's tokens; made if left out") @Nullable
        UUID id,

        @Schema(required = true, maxLength = DirectoryCheck.NAME_MAX_CHARACTERS) @Nullable
        String name,

        @Schema(required = true, maxLength = DirectoryCheck.EMAIL_MAX_CHARACTERS) @Nullable
        String email,

        @Schema(description = "Default member") @Nullable Role role) {}

package dev.mailroom.account.organization;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is to change on the caller's organization; null and absent leave a field as it is. */
@Schema(examples = "{\"name\": \"Example Ltd\"}")
public record OrganizationRequest(
        @Nullable String name,

        @Schema(description = "Here to be refused with 403: who runs the installation changes it") @Nullable
        Plan plan) {}

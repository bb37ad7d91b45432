package dev.mailroom.account.organization;

import dev.mailroom.contracts.OrganizationEvent.Role;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is to change on a person; null and absent leave a field as it is. */
@Schema(examples = "{\"name\": \"Bo B.\", \"role\": \"admin\"}")
public record UserChangeRequest(
        @Nullable String name,
        @Nullable String email,
        @Nullable Role role) {}

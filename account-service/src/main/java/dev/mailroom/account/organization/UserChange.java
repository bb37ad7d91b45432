package dev.mailroom.account.organization;

import dev.mailroom.contracts.OrganizationEvent.Role;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is to change on a person, checked; null leaves a field as it is. Only {@link DirectoryCheck} makes one.
 *
 * @param id of a new person, null to have one made
 */
record UserChange(
        @Nullable UUID id,
        @Nullable String name,
        @Nullable String email,
        @Nullable Role role) {}

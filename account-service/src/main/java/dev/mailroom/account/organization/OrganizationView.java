package dev.mailroom.account.organization;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An organization as a client sees it. */
public record OrganizationView(
        UUID id, @Nullable String name, Plan plan, long revision, Instant createdAt, Instant updatedAt) {

    static OrganizationView of(OrganizationRow row) {
        return new OrganizationView(row.id, row.name, row.plan(), row.revision, row.createdAt, row.updatedAt);
    }
}

package dev.mailroom.account.organization;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/** An organization as it is stored. Its row is locked by whoever changes the directory, so that changes have one order. */
@Entity
@Table(name = "organizations")
@DynamicUpdate
class OrganizationRow {
    @Id
    UUID id;

    @Column
    @Nullable
    String name;

    @Column
    String plan;

    @Column
    long revision;

    @Column
    Instant createdAt;

    @Column
    Instant updatedAt;

    OrganizationRow() {}

    void revise(Instant now) {
        revision++;
        updatedAt = now;
    }

    Plan plan() {
        return Plan.ofWireName(plan);
    }

    @Override
    public String toString() {
        return "OrganizationRow[" + id + ", revision " + revision + "]";
    }
}

package dev.mailroom.account.organization;

import dev.mailroom.contracts.OrganizationEvent.Role;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/** A person as they are stored. Written only while the row of the organization is locked. */
@Entity
@Table(name = "users")
@IdClass(UserRow.Key.class)
@DynamicUpdate
class UserRow {
    @Id
    UUID organizationId;

    @Id
    UUID id;

    @Column
    long revision;

    @Column
    String name;

    @Column
    @Nullable
    String email;

    @Column
    String role;

    @Column
    Instant createdAt;

    @Column
    Instant updatedAt;

    @Column
    @Nullable
    Instant removedAt;

    UserRow() {}

    static UserRow of(UUID organization, UUID id, Instant now) {
        UserRow row = new UserRow();
        row.organizationId = organization;
        row.id = id;
        row.createdAt = now;
        return row;
    }

    /** Takes the person in, the first time or again. */
    void write(String name, @Nullable String email, Role role, Instant now) {
        this.name = name;
        this.email = email;
        this.role = role.name().toLowerCase(Locale.ROOT);
        this.removedAt = null;
        revise(now);
    }

    void revise(Instant now) {
        revision++;
        updatedAt = now;
    }

    /** Forgets who it was; the revision stays, so that it is never given out again. */
    void remove(Instant now) {
        name = "";
        email = null;
        removedAt = now;
        revise(now);
    }

    boolean isRemoved() {
        return removedAt != null;
    }

    Role role() {
        return Role.valueOf(role.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return "UserRow[" + id + ", revision " + revision + "]";
    }

    record Key(UUID organizationId, UUID id) implements Serializable {}
}

package dev.mailroom.account.organization;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** That a person is in a team, for queries that ask for it; {@link Directory} writes it in bulk. */
@Entity
@Immutable
@Table(name = "team_people")
@IdClass(TeamPersonRow.Key.class)
class TeamPersonRow {
    @Id
    UUID teamId;

    @Id
    UUID userId;

    @Column
    UUID organizationId;

    @Column
    boolean observer;

    TeamPersonRow() {}

    /** The primary key; the persistence provider wants it mutable. */
    static class Key implements Serializable {
        private static final long serialVersionUID = 1L;

        UUID teamId;
        UUID userId;

        Key() {}

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.teamId.equals(teamId) && key.userId.equals(userId);
        }

        @Override
        public int hashCode() {
            return Objects.hash(teamId, userId);
        }
    }
}

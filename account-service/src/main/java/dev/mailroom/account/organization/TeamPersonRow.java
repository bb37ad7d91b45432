package dev.mailroom.account.organization;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.UUID;
import org.hibernate.annotations.Immutable;

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

    record Key(UUID teamId, UUID userId) implements Serializable {}
}

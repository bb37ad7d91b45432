package dev.mailroom.rules.rule;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

@Entity
@Table(name = "rule_set")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields of an entity it made itself.
class RuleSetRow {
    @Id
    UUID organization;

    long version;
}

package dev.mailroom.rules.evaluation;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** An answer that a rule asked for. */
@Entity
@Table(name = "rule_response")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields of an entity it made itself.
class ResponseRow {
    @Id
    UUID id;

    UUID rule;
    UUID organization;
    UUID account;
    String sender;
    Instant sentAt;
}

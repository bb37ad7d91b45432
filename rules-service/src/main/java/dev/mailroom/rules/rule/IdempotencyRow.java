package dev.mailroom.rules.rule;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A request that created a rule; its id is made from who asked and the key. */
@Entity
@Table(name = "idempotency_key")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields of an entity it made itself.
class IdempotencyRow {
    @Id
    UUID id;

    /** SHA-256 of what was asked for, so that a key cannot stand for two things. */
    String request;

    UUID rule;
    Instant createdAt;
}

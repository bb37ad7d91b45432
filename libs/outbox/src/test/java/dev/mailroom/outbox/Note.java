package dev.mailroom.outbox;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.UUID;

/** A row of the test application. */
@Entity
class Note {
    @Id
    UUID id = new UUID(0, 0);

    String text = "";

    protected Note() {}

    Note(UUID id, String text) {
        this.id = id;
        this.text = text;
    }
}

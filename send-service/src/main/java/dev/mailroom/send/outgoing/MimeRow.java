package dev.mailroom.send.outgoing;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

/** The bytes of an outgoing message; written once. */
@Entity
@Table(name = "outgoing_mime")
public class MimeRow {
    @Id
    UUID id;

    @Column
    byte[] bytes;

    MimeRow() {}

    static MimeRow of(UUID outgoing, byte[] bytes) {
        MimeRow row = new MimeRow();
        row.id = outgoing;
        row.bytes = bytes;
        return row;
    }

    public byte[] bytes() {
        return bytes;
    }
}

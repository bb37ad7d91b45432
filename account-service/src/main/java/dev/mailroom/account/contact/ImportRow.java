package dev.mailroom.account.contact;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** An import as it is stored. Read only: {@link ImportRepository} writes its progress. */
@Entity
@Immutable
@Table(name = "contact_imports")
class ImportRow {
    @Id
    UUID id;

    @Column
    UUID organizationId;

    @Column
    byte[] digest;

    @Column
    int attempt;

    @Column
    boolean done;

    @Column
    int recordsTotal;

    @Column
    int recordsDone;

    @Column
    int imported;

    @Column
    int updated;

    @Column
    int skipped;

    @Column
    int duplicatesInFile;

    @Column
    int failed;

    @Column
    String errors;

    @Column
    Instant startedAt;

    @Column
    Instant progressAt;

    @Column
    @Nullable
    Instant finishedAt;

    ImportRow() {}
}

package dev.mailroom.account.contact;

import dev.mailroom.account.organization.Viewer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** SQL for imports and their progress. Stateless: the caller owns the session and therefore the transaction. */
@ApplicationScoped
class ImportRepository {
    /** Rows removed by one pass. */
    private static final int PRUNE_MAX_ROWS = 1_000;

    // Hibernate Reactive cannot read a row that has more columns than the entity.
    private static final String ALL = "select i.id, i.organization_id, i.digest, i.attempt, i.done, i.records_total,"
            + " i.records_done, i.imported, i.updated, i.skipped, i.duplicates_in_file, i.failed, i.errors, i.started_at,"
            + " i.progress_at, i.finished_at from contact_imports i where i.organization_id = :organization";
    private static final String BY_ID = ALL + " and i.id = :id";
    private static final String UNDONE = ALL + " and i.digest = :digest and not i.done";
    private static final String BEFORE = ALL + " and i.id < :before order by i.id desc";
    private static final String START = "insert into contact_imports"
            + " (id, organization_id, user_id, digest, attempt, records_total, started_at, progress_at)"
            + " values (:id, :organization, :user, :digest, 1, :total, :now, cast(:now as timestamptz) - interval '1 day')"
            + " on conflict do nothing";
    private static final String MINE =
            " where organization_id = :organization and id = :id and attempt = :attempt and not done";
    private static final String TAKE_OVER =
            "update contact_imports set attempt = attempt + 1, progress_at = :now" + MINE;
    private static final String RELEASE =
            "update contact_imports set progress_at = started_at - interval '1 day'" + MINE;
    private static final String PROGRESS = "update contact_imports set progress_at = :now,"
            + " records_done = records_done + :records, imported = imported + :imported, updated = updated + :updated,"
            + " skipped = skipped + :skipped, duplicates_in_file = duplicates_in_file + :duplicates,"
            + " failed = failed + :failed, errors = :errors" + MINE;
    private static final String FINISH =
            "update contact_imports set done = true, progress_at = :now, finished_at = :now" + MINE;
    private static final String PRUNE = "delete from contact_imports where ctid = any (array("
            + "select ctid from contact_imports where started_at < :before limit " + PRUNE_MAX_ROWS + "))";

    private final Clock clock;

    ImportRepository(Clock clock) {
        this.clock = clock;
    }

    /** The right to write to an import, until somebody else takes it over. */
    record Claim(UUID organization, UUID id, int attempt) {
        private <Q extends Mutiny.AbstractQuery> Q in(Q query) {
            query.setParameter("organization", organization);
            query.setParameter("id", id);
            query.setParameter("attempt", attempt);
            return query;
        }
    }

    Uni<ImportRow> find(Mutiny.Session session, UUID organization, UUID id) {
        return session.createNativeQuery(BY_ID, ImportRow.class)
                .setParameter("organization", organization)
                .setParameter("id", id)
                .getSingleResultOrNull();
    }

    /** The newest first, beginning below an id. */
    Uni<List<ImportRow>> list(Mutiny.Session session, UUID organization, UUID before, int limit) {
        return session.createNativeQuery(BEFORE, ImportRow.class)
                .setParameter("organization", organization)
                .setParameter("before", before)
                .setMaxResults(limit)
                .getResultList();
    }

    /** The import of this file that did not come to its end, or null. */
    Uni<ImportRow> undone(Mutiny.Session session, UUID organization, byte[] digest) {
        return session.createNativeQuery(UNDONE, ImportRow.class)
                .setParameter("organization", organization)
                .setParameter("digest", digest)
                .getSingleResultOrNull();
    }

    /** Begins an import that nobody is at yet. False if one of this file was begun in the meantime. */
    Uni<Boolean> start(Mutiny.Session session, Viewer viewer, UUID id, ContactFile file) {
        return session.createNativeQuery(START)
                .setParameter("id", id)
                .setParameter("organization", viewer.organization())
                .setParameter("user", viewer.user())
                .setParameter("digest", file.digest())
                .setParameter("total", file.records())
                .setParameter("now", now())
                .executeUpdate()
                .map(rows -> rows == 1);
    }

    /** False if somebody else took it over in the meantime. */
    Uni<Boolean> takeOver(Mutiny.Session session, Claim seen) {
        return seen.in(session.createNativeQuery(TAKE_OVER))
                .setParameter("now", now())
                .executeUpdate()
                .map(rows -> rows == 1);
    }

    /** False if the claim is lost: then the transaction must not commit. */
    Uni<Boolean> progress(Mutiny.Session session, Claim claim, int records, ImportBatch.Counts counts, String errors) {
        return claim.in(session.createNativeQuery(PROGRESS))
                .setParameter("now", now())
                .setParameter("records", records)
                .setParameter("imported", counts.imported())
                .setParameter("updated", counts.updated())
                .setParameter("skipped", counts.skipped())
                .setParameter("duplicates", counts.duplicatesInFile())
                .setParameter("failed", counts.failed())
                .setParameter("errors", errors)
                .executeUpdate()
                .map(rows -> rows == 1);
    }

    Uni<Void> finish(Mutiny.Session session, Claim claim) {
        return claim.in(session.createNativeQuery(FINISH))
                .setParameter("now", now())
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Lets the next one who asks go on at once. */
    Uni<Void> release(Mutiny.Session session, Claim claim) {
        return claim.in(session.createNativeQuery(RELEASE)).executeUpdate().replaceWithVoid();
    }

    Uni<Integer> prune(Mutiny.Session session, Duration kept) {
        Instant before = clock.instant().minus(kept);
        return session.createNativeQuery(PRUNE)
                .setParameter("before", before.atOffset(ZoneOffset.UTC))
                .executeUpdate();
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }
}

package dev.mailroom.account.contact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.uuid.NoArgGenerator;
import dev.mailroom.account.audit.Audit;
import dev.mailroom.account.audit.AuditEntry;
import dev.mailroom.account.contact.ContactRepository.Saved;
import dev.mailroom.account.contact.ImportRepository.Claim;
import dev.mailroom.account.organization.Organizations;
import dev.mailroom.account.organization.RequestOnce;
import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.account.organization.Viewer;
import dev.mailroom.http.IdempotencyKey;
import dev.mailroom.http.Problems;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Imports of files. Every method blocks its virtual thread.
 *
 * <p>An import is claimed in one transaction and then written in many, each of which ends with its progress under the claim: whoever lost
 * the claim commits nothing any more, and whoever has it goes on behind what was committed.
 */
@ApplicationScoped
class ContactImports {
    private static final Logger LOG = Logger.getLogger(ContactImports.class);
    private static final String ENDPOINT = "POST /v1/contacts/import";
    private static final TypeReference<List<RowError>> ERRORS = new TypeReference<>() {};

    /** Tries to claim an import while others begin and end the same one. */
    private static final int CLAIM_TRIES_MAX = 5;

    private final TenantTransactions transactions;
    private final ImportRepository imports;
    private final ContactRepository contacts;
    private final Organizations organizations;
    private final RequestOnce once;
    private final Audit audit;
    private final NoArgGenerator ids;
    private final ContactConfig config;
    private final ObjectMapper json;
    private final Clock clock;
    private volatile boolean stopping;

    ContactImports(
            TenantTransactions transactions,
            ImportRepository imports,
            ContactRepository contacts,
            Organizations organizations,
            RequestOnce once,
            Audit audit,
            NoArgGenerator ids,
            ContactConfig config,
            ObjectMapper json,
            Clock clock) {
        this.transactions = transactions;
        this.imports = imports;
        this.contacts = contacts;
        this.organizations = organizations;
        this.once = once;
        this.audit = audit;
        this.ids = ids;
        this.config = config;
        this.json = json;
        this.clock = clock;
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
    }

    /** @param claim null if there is nothing to do: it is done, or another one is at it */
    record Begun(UUID id, @Nullable Claim claim) {}

    /**
     * Begins an import, or goes on with the interrupted one of the same file.
     *
     * @param key with which the viewer finds the import again, whoever began it
     * @throws dev.mailroom.http.ProblemException 409 {@code idempotency-key-reused}
     */
    Begun begin(Viewer viewer, ContactFile file, Optional<IdempotencyKey> key) {
        for (int i = 0; i < CLAIM_TRIES_MAX; i++) {
            try {
                return transactions.inOrganization(viewer.organization(), session -> begin(session, viewer, file, key));
            } catch (ClaimedMeanwhileException again) {
                LOG.debugf("organization=%s claims an import again", viewer.organization());
            }
        }
        throw Problems.unavailable("This file is being imported by others over and over");
    }

    private Uni<Begun> begin(Mutiny.Session session, Viewer viewer, ContactFile file, Optional<IdempotencyKey> key) {
        SameFile same = new SameFile(HexFormat.of().formatHex(file.digest()));
        return organizations
                .planOf(session, viewer.organization())
                .chain(() -> once.once(
                        session, viewer, key, ENDPOINT, same, Named.class, () -> named(session, viewer, file)))
                .chain(named -> imports.find(session, viewer.organization(), named.id()))
                .chain(found -> goOn(session, found));
    }

    /** What a key stands for. */
    private record SameFile(String digest) {}

    /** What a key is answered with. */
    record Named(UUID id) {}

    /** The transaction must not commit: another one was faster. */
    private static final class ClaimedMeanwhileException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private Uni<Named> named(Mutiny.Session session, Viewer viewer, ContactFile file) {
        return imports.undone(session, viewer.organization(), file.digest())
                .chain(found -> found == null
                        ? start(session, viewer, file)
                        : Uni.createFrom().item(new Named(found.id)));
    }

    /** Writes what is not written yet. */
    void run(Viewer viewer, ContactFile file, Claim claim) {
        int done = get(viewer, claim.id()).processed();
        try (ContactFile.Rows rows = file.rows()) {
            rows.skip(done);
            List<FileRow> batch = rows.next(ImportLimits.BATCH_ROWS);
            while (!batch.isEmpty()) {
                if (stopping) {
                    throw Problems.unavailable("The service is stopping; send the file again to go on");
                }
                commit(viewer, file.options(), claim, batch);
                batch = rows.next(ImportLimits.BATCH_ROWS);
            }
            transactions.inOrganization(claim.organization(), session -> imports.finish(session, claim));
            LOG.infof(
                    "contacts imported import=%s organization=%s rows=%d",
                    claim.id(), claim.organization(), file.records());
        } catch (IOException e) {
            release(claim);
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            release(claim);
            throw e;
        }
    }

    /** @throws dev.mailroom.http.ProblemException 404 */
    ImportView get(Viewer viewer, UUID id) {
        ImportRow row = transactions.inOrganization(
                viewer.organization(), session -> imports.find(session, viewer.organization(), id));
        if (row == null) {
            throw Problems.notFound("The import");
        }
        return view(row);
    }

    /** The newest first, beginning below an id. */
    List<ImportView> list(Viewer viewer, UUID before, int limit) {
        return transactions
                .inOrganization(
                        viewer.organization(), session -> imports.list(session, viewer.organization(), before, limit))
                .stream()
                .map(this::view)
                .toList();
    }

    /** A new one is nobody's yet: its claim is taken as that of an interrupted one is. */
    private Uni<Named> start(Mutiny.Session session, Viewer viewer, ContactFile file) {
        UUID id = ids.generate();
        AuditEntry begun =
                AuditEntry.of("contact.import_begun", "contact_import", id).field("rows", null, file.records());
        return imports.start(session, viewer, id, file)
                .chain(mine -> mine
                        ? audit.record(session, viewer.actor(), begun)
                        : Uni.createFrom().failure(new ClaimedMeanwhileException()))
                .replaceWith(new Named(id));
    }

    private Uni<Begun> goOn(Mutiny.Session session, @Nullable ImportRow found) {
        if (found == null) {
            throw Problems.notFound("The import");
        }
        if (found.done || isFresh(found)) {
            return Uni.createFrom().item(new Begun(found.id, null));
        }
        Claim seen = new Claim(found.organizationId, found.id, found.attempt);
        return imports.takeOver(session, seen).map(mine -> {
            if (!mine) {
                throw new ClaimedMeanwhileException();
            }
            return new Begun(found.id, new Claim(found.organizationId, found.id, found.attempt + 1));
        });
    }

    private boolean isFresh(ImportRow row) {
        return row.progressAt.isAfter(clock.instant().minus(config.importLease()));
    }

    private void commit(Viewer viewer, ImportOptions options, Claim claim, List<FileRow> rows) {
        transactions.inOrganization(claim.organization(), session -> {
            ImportBatch batch = new ImportBatch(claim.id(), options.onDuplicate(), ids);
            return contacts.lock(session, claim.organization())
                    .chain(() -> known(session, claim, rows, batch))
                    .invoke(() -> rows.forEach(batch::take))
                    .chain(() -> contacts.save(session, viewer, batch.changed()))
                    .chain(() -> imports.find(session, claim.organization(), claim.id()))
                    .chain(row -> imports.progress(
                            session,
                            claim,
                            rows.size(),
                            batch.counts(),
                            errors(row, batch.counts().errors())))
                    .invoke(kept -> {
                        if (!kept) {
                            throw Problems.conflict(
                                    "import-taken-over",
                                    "The same file was sent again and is imported by that request");
                        }
                    })
                    .replaceWithVoid();
        });
    }

    private Uni<Void> known(Mutiny.Session session, Claim claim, List<FileRow> rows, ImportBatch batch) {
        List<String> keys = rows.stream()
                .filter(row -> row.errors().isEmpty() && !row.blank())
                .flatMap(row -> row.form().importKeys().stream())
                .distinct()
                .toList();
        return contacts.owners(session, claim.organization(), keys)
                .chain(owners -> contacts.find(
                                session,
                                claim.organization(),
                                owners.stream()
                                        .map(ContactRepository.Owner::contact)
                                        .distinct()
                                        .toList())
                        .invoke(found -> {
                            Map<UUID, ContactRow> byId =
                                    found.stream().collect(Collectors.toMap(row -> row.id, Function.identity()));
                            owners.forEach(owner -> batch.knows(owner.address(), savedOf(byId.get(owner.contact()))));
                        }))
                .replaceWithVoid();
    }

    private static Saved savedOf(@Nullable ContactRow row) {
        if (row == null) {
            throw new IllegalStateException("an address has no contact");
        }
        return new Saved(row.id, row.form(), row.importId);
    }

    private void release(Claim claim) {
        try {
            transactions.inOrganization(claim.organization(), session -> imports.release(session, claim));
        } catch (RuntimeException e) {
            // The lease ends by itself.
            LOG.warnf(e, "an import that stopped could not be released import=%s", claim.id());
        }
    }

    private String errors(ImportRow row, List<RowError> more) {
        List<RowError> errors = new ArrayList<>(errors(row));
        errors.addAll(more);
        try {
            return json.writeValueAsString(
                    errors.stream().limit(ImportLimits.ERRORS_LISTED_MAX).toList());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("faults of rows do not become JSON", e);
        }
    }

    private List<RowError> errors(ImportRow row) {
        try {
            return json.readValue(row.errors, ERRORS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("faults of rows cannot be read back", e);
        }
    }

    private ImportView view(ImportRow row) {
        ImportView.State state = row.done
                ? ImportView.State.DONE
                : isFresh(row) ? ImportView.State.RUNNING : ImportView.State.INTERRUPTED;
        return new ImportView(
                row.id,
                state,
                row.recordsTotal,
                row.recordsDone,
                row.imported,
                row.updated,
                row.skipped,
                row.duplicatesInFile,
                row.failed,
                errors(row),
                row.startedAt,
                row.finishedAt);
    }
}

package dev.mailroom.account.contact;

import dev.mailroom.account.contact.ImportRepository.Claim;
import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.account.organization.Viewer;
import dev.mailroom.http.IdempotencyKey;
import dev.mailroom.http.Problems;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Takes files in, a bounded number at a time, and shows or imports them. */
@ApplicationScoped
class ImportRequests {
    private static final Logger LOG = Logger.getLogger(ImportRequests.class);

    /** When a sender should come back who found all places taken. */
    private static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(5);

    private final ContactImports imports;
    private final ImportRepository repository;
    private final TenantTransactions transactions;
    private final ContactConfig config;
    private final Semaphore places;

    ImportRequests(
            ContactImports imports,
            ImportRepository repository,
            TenantTransactions transactions,
            ContactConfig config) {
        this.imports = imports;
        this.repository = repository;
        this.transactions = transactions;
        this.config = config;
        this.places = new Semaphore(config.importsConcurrentMax());
    }

    /** @throws dev.mailroom.http.ProblemException 400, 413, 422 or 429 */
    PreviewView preview(InputStream body, ImportOptions options) throws IOException {
        takePlace();
        try (ContactFile file = ContactFile.receive(body, options)) {
            return preview(file);
        } finally {
            places.release();
        }
    }

    /**
     * Imports a file.
     *
     * @param waits false to get the answer as soon as the file is known to be readable
     * @throws dev.mailroom.http.ProblemException 400, 409, 413, 422 or 429
     */
    ImportView importFile(
            Viewer viewer, InputStream body, ImportOptions options, Optional<IdempotencyKey> key, boolean waits)
            throws IOException {
        takePlace();
        boolean handedOver = false;
        ContactFile file = null;
        try {
            file = ContactFile.receive(body, options);
            ContactImports.Begun begun = imports.begin(viewer, file, key);
            Claim claim = begun.claim();
            if (claim != null && waits) {
                imports.run(viewer, file, claim);
            } else if (claim != null) {
                runBehind(viewer, file, claim);
                handedOver = true;
            }
            return imports.get(viewer, begun.id());
        } finally {
            if (!handedOver) {
                leave(file);
            }
        }
    }

    @Scheduled(
            every = "{mailroom.upkeep.prune-interval}",
            delayed = "1m",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> prune() {
        return transactions
                .acrossOrganizationsReactive(session -> repository.prune(session, config.importKept()))
                .replaceWithVoid();
    }

    private void takePlace() {
        if (!places.tryAcquire()) {
            throw Problems.tooManyRequests("Other files are being imported; try again in a moment", TRY_AGAIN_AFTER);
        }
    }

    private void runBehind(Viewer viewer, ContactFile file, Claim claim) {
        Thread.ofVirtual().name("contact-import").start(() -> {
            try {
                imports.run(viewer, file, claim);
            } catch (RuntimeException e) {
                LOG.errorf(e, "an import stopped import=%s organization=%s", claim.id(), claim.organization());
            } finally {
                leave(file);
            }
        });
    }

    private void leave(@Nullable ContactFile file) {
        places.release();
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            LOG.warnf(e, "a temporary file could not be deleted");
        }
    }

    private static PreviewView preview(ContactFile file) throws IOException {
        try (ContactFile.Rows walk = file.rows()) {
            List<FileRow> rows = walk.next(ImportLimits.PREVIEW_CHECKED_ROWS);
            List<PreviewView.Column> columns = new ArrayList<>();
            for (int i = 0; i < file.columns().size(); i++) {
                columns.add(new PreviewView.Column(
                        i + 1,
                        file.columns().headings().get(i),
                        file.columns().fields().get(i).wireName()));
            }
            return new PreviewView(
                    file.format().charset().name(),
                    String.valueOf(file.format().delimiter()),
                    file.columns().headings(),
                    columns,
                    file.records(),
                    rows.stream()
                            .filter(row -> row.errors().isEmpty() && !row.blank())
                            .limit(ImportLimits.PREVIEW_ROWS)
                            .map(PreviewView.Sample::of)
                            .toList(),
                    rows.size(),
                    (int) rows.stream().filter(row -> !row.errors().isEmpty()).count(),
                    rows.stream()
                            .flatMap(row -> row.errors().stream())
                            .limit(ImportLimits.ERRORS_LISTED_MAX)
                            .toList());
        }
    }
}

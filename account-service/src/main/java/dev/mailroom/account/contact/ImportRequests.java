package dev.mailroom.account.contact;

import dev.mailroom.account.contact.ImportRepository.Claim;
import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.account.organization.Viewer;
import dev.mailroom.http.IdempotencyKey;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Takes files in, a bounded number at a time, and shows or imports them. */
@ApplicationScoped
class ImportRequests {
    private static final Logger LOG = Logger.getLogger(ImportRequests.class);

    private final ContactImports imports;
    private final ImportRepository repository;
    private final TenantTransactions transactions;
    private final ContactConfig config;
    private final ImportPlaces places;
    private final Clock clock;

    ImportRequests(
            ContactImports imports,
            ImportRepository repository,
            TenantTransactions transactions,
            ContactConfig config,
            Clock clock) {
        this.imports = imports;
        this.repository = repository;
        this.transactions = transactions;
        this.config = config;
        this.places = new ImportPlaces(config);
        this.clock = clock;
    }

    /** A body that comes over the network, which must not take for ever. */
    InputStream arriving(InputStream body) {
        return new TimedBody(body, clock, config.uploadMax());
    }

    /** @throws dev.mailroom.http.ProblemException 400, 408, 413, 422 or 429 */
    PreviewView preview(Viewer viewer, InputStream body, ImportOptions options) throws IOException {
        try (ImportPlaces.Place place = places.enter(viewer.organization());
                ContactFile file = ContactFile.receive(body, options)) {
            place.arrived();
            return preview(file);
        }
    }

    /**
     * Imports a file.
     *
     * @param waits false to get the answer as soon as the file is known to be readable
     * @throws dev.mailroom.http.ProblemException 400, 408, 409, 413, 422 or 429
     */
    ImportView importFile(
            Viewer viewer, InputStream body, ImportOptions options, Optional<IdempotencyKey> key, boolean waits)
            throws IOException {
        ImportPlaces.Place place = places.enter(viewer.organization());
        boolean handedOver = false;
        ContactFile file = null;
        try {
            file = ContactFile.receive(body, options);
            place.arrived();
            ContactImports.Begun begun = imports.begin(viewer, file, key);
            Claim claim = begun.claim();
            if (claim != null && waits) {
                imports.run(viewer, file, claim);
            } else if (claim != null) {
                runBehind(viewer, file, claim, place);
                handedOver = true;
            }
            return imports.get(viewer, begun.id());
        } finally {
            if (!handedOver) {
                leave(place, file);
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

    private void runBehind(Viewer viewer, ContactFile file, Claim claim, ImportPlaces.Place place) {
        Thread.ofVirtual().name("contact-import").start(() -> {
            try {
                imports.run(viewer, file, claim);
            } catch (RuntimeException e) {
                LOG.errorf(e, "an import stopped import=%s organization=%s", claim.id(), claim.organization());
            } finally {
                leave(place, file);
            }
        });
    }

    private static void leave(ImportPlaces.Place place, @Nullable ContactFile file) {
        place.close();
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

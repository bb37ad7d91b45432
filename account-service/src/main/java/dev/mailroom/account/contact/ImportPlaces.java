package dev.mailroom.account.contact;

import dev.mailroom.http.Problems;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How many files are on their way in and how many are imported.
 *
 * <p>A file has a place of its organization from its first byte to its last row, and a place among those that are imported only once it has
 * arrived: whoever sends slowly is in nobody's way but their own.
 */
final class ImportPlaces {
    /** When a sender should come back who found all places taken. */
    private static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(5);

    private final int ofOrganizationMax;
    private final Duration waitMax;
    private final Semaphore uploads;
    private final Semaphore imports;
    private final Map<UUID, Integer> taken = new ConcurrentHashMap<>();

    ImportPlaces(ContactConfig config) {
        this.ofOrganizationMax = config.importsPerOrganizationMax();
        this.waitMax = config.importWaitMax();
        this.uploads = new Semaphore(config.uploadsConcurrentMax());
        this.imports = new Semaphore(config.importsConcurrentMax());
    }

    /** @throws dev.mailroom.http.ProblemException 429 */
    Place enter(UUID organization) {
        if (taken.merge(organization, 1, Integer::sum) > ofOrganizationMax) {
            leave(organization);
            throw Problems.tooManyRequests(
                    "Other files of the organization are being imported; try again in a moment", TRY_AGAIN_AFTER);
        }
        if (!uploads.tryAcquire()) {
            leave(organization);
            throw othersFirst();
        }
        return new Place(organization);
    }

    private void leave(UUID organization) {
        taken.computeIfPresent(organization, (_, count) -> count > 1 ? count - 1 : null);
    }

    private static RuntimeException othersFirst() {
        return Problems.tooManyRequests("Other files are being imported; try again in a moment", TRY_AGAIN_AFTER);
    }

    /** The place of one file, given back when it is closed. For one thread at a time. */
    final class Place implements AutoCloseable {
        private final UUID organization;
        private boolean uploading = true;
        private boolean importing;

        private Place(UUID organization) {
            this.organization = organization;
        }

        /**
         * The file has arrived: waits until it can be imported.
         *
         * @throws dev.mailroom.http.ProblemException 429, or 503 if the thread is interrupted
         */
        void arrived() {
            uploads.release();
            uploading = false;
            try {
                importing = imports.tryAcquire(waitMax.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Problems.unavailable("The service is stopping; send the file again");
            }
            if (!importing) {
                throw othersFirst();
            }
        }

        @Override
        public void close() {
            if (uploading) {
                uploads.release();
            }
            if (importing) {
                imports.release();
            }
            leave(organization);
        }
    }
}

package dev.mailroom.account.contact;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far an import is, or what came of it.
 *
 * @param rows of the file, without the headings
 * @param processed rows that were decided on: in the end imported, updated, skipped, failed and empty ones
 * @param skipped rows of which nothing had to be saved, because a contact has the address or all that the row knows
 * @param duplicatesInFile of those skipped: because of an earlier row of the same file
 * @param failed rows that could not be read
 * @param errors what was wrong with the first of them, at most 100
 */
public record ImportView(
        UUID id,
        State state,
        int rows,
        int processed,
        int imported,
        int updated,
        int skipped,
        int duplicatesInFile,
        int failed,
        List<RowError> errors,
        Instant startedAt,
        @Nullable Instant finishedAt) {

    /** An interrupted import goes on when its file is sent again. */
    public enum State {
        @JsonProperty("running")
        RUNNING,
        @JsonProperty("interrupted")
        INTERRUPTED,
        @JsonProperty("done")
        DONE
    }
}

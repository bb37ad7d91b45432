package dev.mailroom.account.contact;

/** What a file of contacts may have. */
final class ImportLimits {
    static final long FILE_MAX_BYTES = 50L * 1024 * 1024;
    static final int ROWS_MAX = 100_000;
    static final int COLUMNS_MAX = 64;

    /** More is a fault of the row. */
    static final int CELL_MAX_CHARACTERS = 10_240;

    /** More is a fault of the file: most likely a quote that is never closed. */
    static final int CELL_READ_MAX_CHARACTERS = 256 * 1024;

    static final int RECORD_READ_MAX_CHARACTERS = 1024 * 1024;

    /** Rows of one transaction. */
    static final int BATCH_ROWS = 500;

    /** Faults that are told; all are counted. */
    static final int ERRORS_LISTED_MAX = 100;

    /** Contacts that a preview shows, and rows that it checks. */
    static final int PREVIEW_ROWS = 20;

    static final int PREVIEW_CHECKED_ROWS = 1_000;

    private ImportLimits() {}
}

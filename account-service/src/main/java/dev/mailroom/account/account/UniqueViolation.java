package dev.mailroom.account.account;

import io.vertx.pgclient.PgException;
import org.jspecify.annotations.Nullable;

/** Finds out which unique index refused a row. */
final class UniqueViolation {
    static final String ONE_MAILBOX_ONCE = "accounts_one_mailbox_once";
    static final String IDEMPOTENCY_KEY = "idempotency_keys_pkey";

    private static final String SQL_STATE = "23505";
    private static final int CAUSES_MAX = 16;

    private UniqueViolation() {}

    /** Name of the index, or null if the failure is another one. */
    static @Nullable String indexOf(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < CAUSES_MAX && cause != null; i++, cause = cause.getCause()) {
            if (cause instanceof PgException pg && SQL_STATE.equals(pg.getSqlState())) {
                return pg.getConstraint();
            }
        }
        return null;
    }
}

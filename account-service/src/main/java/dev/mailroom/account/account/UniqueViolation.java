package dev.mailroom.account.account;

import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.exception.ConstraintViolationException.ConstraintKind;
import org.jspecify.annotations.Nullable;

/** Finds out which unique index refused a row. */
final class UniqueViolation {
    static final String ONE_MAILBOX_ONCE = "accounts_one_mailbox_once";
    static final String IDEMPOTENCY_KEY = "idempotency_keys_pkey";

    private static final int CAUSES_MAX = 16;

    private UniqueViolation() {}

    /** Name of the index, or null if the failure is another one. */
    static @Nullable String indexOf(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < CAUSES_MAX && cause != null; i++, cause = cause.getCause()) {
            if (cause instanceof ConstraintViolationException violation
                    && violation.getKind() == ConstraintKind.UNIQUE) {
                return violation.getConstraintName();
            }
        }
        return null;
    }
}

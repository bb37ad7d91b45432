package dev.mailroom.account.account;

import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.exception.ConstraintViolationException.ConstraintKind;
import org.jspecify.annotations.Nullable;

/** Finds out which unique index refused a row. */
final class UniqueViolation {
    /** Stands for both indexes of a mailbox: by host and user name as written, and by what they mean. */
    static final String ONE_MAILBOX_ONCE = "accounts_one_mailbox_once";

    private static final String ONE_MAILBOX_BY_ANY_NAME = "accounts_one_mailbox_by_any_name";
    static final String IDEMPOTENCY_KEY = "idempotency_keys_pkey";

    private static final int CAUSES_MAX = 16;

    private UniqueViolation() {}

    /** Name of the index, or null if the failure is another one. */
    static @Nullable String indexOf(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < CAUSES_MAX && cause != null; i++, cause = cause.getCause()) {
            if (cause instanceof ConstraintViolationException violation
                    && violation.getKind() == ConstraintKind.UNIQUE) {
                String name = violation.getConstraintName();
                return ONE_MAILBOX_BY_ANY_NAME.equals(name) ? ONE_MAILBOX_ONCE : name;
            }
        }
        return null;
    }
}

package dev.mailroom.outbox;

/**
 * The thread was interrupted while it waited for a transaction; its interrupt flag is set again.
 *
 * <p>The transaction goes on without it and may commit. What is written must therefore be idempotent or guarded by a
 * comparison ({@code where epoch = …}).
 */
public final class TransactionInterruptedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TransactionInterruptedException(Throwable cause) {
        super("interrupted while waiting for a transaction", cause);
    }
}

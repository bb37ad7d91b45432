package dev.mailroom.outbox;

import java.util.concurrent.CompletionException;

/** What a thread that awaited a transaction throws. */
final class Awaiting {
    private Awaiting() {}

    /** @return never; declared so that the caller can write {@code throw} */
    static RuntimeException rethrow(Throwable failure) {
        if (failure instanceof InterruptedException || failure.getCause() instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return new TransactionInterruptedException(failure);
        }
        switch (failure) {
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            default -> throw new CompletionException(failure);
        }
    }
}

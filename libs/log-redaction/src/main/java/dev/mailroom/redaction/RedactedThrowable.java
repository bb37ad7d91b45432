package dev.mailroom.redaction;

import org.jspecify.annotations.Nullable;

/** A throwable as it is logged: with the name and the stack of the real one, and without the secrets in its message. */
final class RedactedThrowable extends Throwable {
    private static final long serialVersionUID = 1L;

    /** Causes and suppressed ones that are followed; what lies deeper is left out. */
    private static final int DEPTH_MAX = 20;

    private final String text;

    private RedactedThrowable(Throwable real, String text, @Nullable Throwable cause) {
        super(real.getMessage() == null ? null : Redaction.of(real.getMessage()), cause, true, true);
        this.text = text;
        setStackTrace(real.getStackTrace());
    }

    /** The throwable itself where neither it nor anything below it has a secret. */
    static Throwable of(Throwable real) {
        return isClean(real, 0) ? real : redacted(real, 0);
    }

    private static boolean isClean(Throwable real, int depth) {
        if (depth > DEPTH_MAX) {
            return false;
        }
        String text = String.valueOf(real);
        if (!Redaction.of(text).equals(text)) {
            return false;
        }
        for (Throwable suppressed : real.getSuppressed()) {
            if (!isClean(suppressed, depth + 1)) {
                return false;
            }
        }
        return real.getCause() == null || isClean(real.getCause(), depth + 1);
    }

    private static RedactedThrowable redacted(Throwable real, int depth) {
        Throwable cause = real.getCause();
        RedactedThrowable copy = new RedactedThrowable(
                real,
                Redaction.of(String.valueOf(real)),
                cause == null || depth >= DEPTH_MAX ? null : redacted(cause, depth + 1));
        if (depth < DEPTH_MAX) {
            for (Throwable suppressed : real.getSuppressed()) {
                copy.addSuppressed(redacted(suppressed, depth + 1));
            }
        }
        return copy;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }

    @Override
    public String toString() {
        return text;
    }
}

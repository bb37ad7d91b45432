package dev.mailroom.http;

import java.time.Duration;
import java.util.List;

/** The problems that more than one service answers with. */
public final class Problems {
    private Problems() {}

    /** 404, also for what belongs to another organization: whoever asks must not learn that it exists. */
    public static ProblemException notFound(String what) {
        return new ProblemException(404, "not-found", "Not found", what + " does not exist");
    }

    public static ProblemException invalid(String pointer, String message) {
        return invalid(List.of(new FieldError(pointer, message)));
    }

    /** 400 with every fault at once. */
    public static ProblemException invalid(List<FieldError> errors) {
        String first = errors.isEmpty()
                ? "The input cannot be read"
                : errors.getFirst().pointer() + ": " + errors.getFirst().message();
        String detail = errors.size() > 1 ? first + " (and " + (errors.size() - 1) + " more)" : first;
        return new ProblemException(400, "invalid-input", "Invalid input", detail).with("errors", errors);
    }

    public static ProblemException conflict(String slug, String detail) {
        return new ProblemException(409, slug, "Conflict", detail);
    }

    public static ProblemException unprocessable(String slug, String detail) {
        return new ProblemException(422, slug, "Cannot be done", detail);
    }

    public static ProblemException forbidden(String slug, String detail) {
        return new ProblemException(403, slug, "Forbidden", detail);
    }

    public static ProblemException tooManyRequests(String detail, Duration retryAfter) {
        return new ProblemException(429, "too-many-requests", "Too many requests", detail)
                .header("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
    }

    /** 503: something this service needs does not answer; the caller may try again. */
    public static ProblemException unavailable(String detail) {
        return new ProblemException(503, "unavailable", "Unavailable", detail).header("Retry-After", "5");
    }

    /** The same where it is known when to come again. */
    public static ProblemException unavailable(String detail, Duration retryAfter) {
        return unavailable(detail).header("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
    }
}

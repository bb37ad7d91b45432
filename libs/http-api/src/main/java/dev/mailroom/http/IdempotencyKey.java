package dev.mailroom.http;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Idempotency-Key} header: the same key means the same request, which is then answered again and not done again.
 *
 * @param value 1..{@link #MAX_CHARACTERS} printable ASCII characters
 */
public record IdempotencyKey(String value) {
    public static final String HEADER = "Idempotency-Key";
    public static final int MAX_CHARACTERS = 255;

    /** @throws ProblemException 400 if the header is there and is not a key */
    public static Optional<IdempotencyKey> of(@Nullable String header) {
        if (header == null) {
            return Optional.empty();
        }
        boolean printable = header.chars().allMatch(character -> character > 0x20 && character < 0x7f);
        if (header.isEmpty() || header.length() > MAX_CHARACTERS || !printable) {
            throw Problems.invalid(
                    "#" + HEADER, "must be 1 to " + MAX_CHARACTERS + " printable ASCII characters without spaces");
        }
        return Optional.of(new IdempotencyKey(header));
    }

    /** 409: the key means another request. */
    public static ProblemException reused() {
        return Problems.conflict(
                "idempotency-key-reused",
                "This Idempotency-Key belongs to another request; use a new key for a new request");
    }
}

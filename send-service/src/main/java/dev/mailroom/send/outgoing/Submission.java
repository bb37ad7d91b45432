package dev.mailroom.send.outgoing;

import dev.mailroom.send.compose.Draft;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A checked request to send.
 *
 * @param idempotencyKey null for requests that are made once by their id
 * @param notBefore the first attempt is not earlier; also the Date of the message
 */
record Submission(
        UUID id,
        Draft draft,
        Instant notBefore,
        @Nullable UUID conversation,
        boolean autoFollowup,
        @Nullable UUID createdBy,
        @Nullable String idempotencyKey,
        byte @Nullable [] requestDigest) {}

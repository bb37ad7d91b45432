package dev.mailroom.account.notice;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What sync-service said of an account.
 *
 * @param state a word such as {@code auth_failed}
 * @param category why, where the state has a reason
 */
public record Report(
        UUID organization,
        UUID account,
        String state,
        @Nullable String category,
        Instant since) {}

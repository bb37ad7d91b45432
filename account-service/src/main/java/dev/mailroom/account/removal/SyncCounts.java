package dev.mailroom.account.removal;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/** How much sync-service has of an account. */
@ApplicationScoped
class SyncCounts {
    private final SyncServiceConfig config;
    private final CountQuery query;

    SyncCounts(SyncServiceConfig config, CountQuery query) {
        this.config = config;
        this.query = query;
    }

    record Counts(long messages, long mailboxes) {}

    /** Empty if no usable answer comes in time. */
    Optional<Counts> of(UUID organization, UUID account) {
        return query.ask(
                "sync-service",
                config.url().resolve("/v1/sync/accounts/" + account + "?organization=" + organization),
                config.countsTimeout(),
                answer -> new Counts(CountQuery.count(answer, "messages"), CountQuery.count(answer, "mailboxes")));
    }
}

package dev.mailroom.account.removal;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/** How many rules rules-service has that name an account. */
@ApplicationScoped
class RuleCounts {
    private final RulesServiceConfig config;
    private final CountQuery query;

    RuleCounts(RulesServiceConfig config, CountQuery query) {
        this.config = config;
        this.query = query;
    }

    /** Empty if no usable answer comes in time. */
    Optional<Long> of(UUID organization, UUID account) {
        return query.ask(
                "rules-service",
                config.url().resolve("/v1/rules/counts?organization=" + organization + "&account=" + account),
                config.countsTimeout(),
                answer -> CountQuery.count(answer, "rules"));
    }
}

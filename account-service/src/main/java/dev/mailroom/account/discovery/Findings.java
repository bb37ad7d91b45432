package dev.mailroom.account.discovery;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is known about the servers of an address. */
public record Findings(
        @Schema(description = "The domain as the DNS knows it", examples = "example.com")
        String domain,

        @Schema(description = "Settings in the order in which they should be tried; empty if nothing was found")
        List<Candidate> data,

        @Schema(description = "Always null: the list is short") @Nullable
        String next,

        @Schema(description = "Every place that was looked in")
        List<Lookup> lookedFor,

        @Schema(description = "True if a look-up failed or was too slow: later there may be more")
        boolean partial) {

    public Findings {
        data = List.copyOf(data);
        lookedFor = List.copyOf(lookedFor);
    }

    static Findings of(String domain, List<Candidate> candidates, List<Lookup> lookedFor) {
        boolean partial = lookedFor.stream()
                .anyMatch(lookup ->
                        lookup.outcome() == Lookup.Outcome.FAILED || lookup.outcome() == Lookup.Outcome.TIMEOUT);
        return new Findings(domain, candidates, null, lookedFor, partial);
    }
}

package dev.mailroom.account.discovery;

import dev.mailroom.account.discovery.Lookup.Outcome;
import java.util.List;

/**
 * What one place had to say.
 *
 * @param candidates empty unless the outcome is FOUND
 */
record Discovered(Outcome outcome, List<Candidate> candidates) {
    static Discovered without(Outcome outcome) {
        return new Discovered(outcome, List.of());
    }

    static Discovered found(Candidate candidate) {
        return new Discovered(Outcome.FOUND, List.of(candidate));
    }
}

package dev.mailroom.rules.evaluation;

import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.rules.log.RuleRun;
import java.util.List;
import java.util.UUID;

/**
 * What is written for one event, all of it or nothing.
 *
 * @param events commands, requests and what is told about the rules, in the order of the rules
 */
record Effects(List<RuleRun> runs, List<CloudEvent<?>> events, List<Response> responses) {
    /** @param sender the folded address that is answered */
    record Response(UUID id, UUID rule, String sender) {}

    Effects {
        runs = List.copyOf(runs);
        events = List.copyOf(events);
        responses = List.copyOf(responses);
    }
}

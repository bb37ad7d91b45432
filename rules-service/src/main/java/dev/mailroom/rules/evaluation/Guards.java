package dev.mailroom.rules.evaluation;

import dev.mailroom.rules.log.RuleRuns;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What happened before, as far as it decides what may happen now.
 *
 * @param recent runs and pauses of the rules in this conversation
 * @param ownRecipient whether an answer would go to an address of the organization itself
 * @param answered rules that answered this sender from this account within the interval
 * @param answersToSender answers of all rules to this sender from this account within the interval
 * @param answersOfOrganization answers of the organization within an hour
 */
record Guards(
        Map<UUID, RuleRuns.Recent> recent,
        boolean ownRecipient,
        Set<UUID> answered,
        long answersToSender,
        long answersOfOrganization) {
    static final Guards NONE = new Guards(Map.of(), false, Set.of(), 0, 0);

    RuleRuns.Recent recent(UUID rule) {
        return recent.getOrDefault(rule, RuleRuns.Recent.NONE);
    }
}

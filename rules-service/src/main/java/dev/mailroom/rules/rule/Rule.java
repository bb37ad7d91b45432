package dev.mailroom.rules.rule;

import dev.mailroom.rules.account.KnownAccount;
import dev.mailroom.rules.action.Action;
import dev.mailroom.rules.condition.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A rule, ready to be used.
 *
 * @param owner whose rule it is, for one of the organization who made it
 * @param position 0..{@link #POSITION_MAX}; rules of one position are in order of their description
 * @param fault why its row could not be read, null if it could: then it never matches
 */
public record Rule(
        UUID id,
        UUID organization,
        Scope scope,
        UUID owner,
        String type,
        String description,
        int position,
        boolean enabled,
        boolean stopProcessing,
        Condition condition,
        List<Action> actions,
        @Nullable String fault,
        long version,
        Instant createdAt,
        Instant updatedAt) {

    /** The one type that is available. */
    public static final String INCOMING_EMAIL = "incoming_email";

    /** Rules of one organization, and personal rules of one person in it. */
    public static final int RULES_MAX = 1_000;

    public static final int POSITION_MAX = 1_000_000;

    public static final int DESCRIPTION_MAX_CHARACTERS = 200;

    public Rule {
        actions = List.copyOf(actions);
    }

    /** Whether it sees the mail of an account at all: shared ones are for the organization's rules, others for their owner's. */
    public boolean sees(KnownAccount account) {
        return scope == Scope.ORGANIZATION ? account.shared() : account.isOwnedBy(owner);
    }

    /** Whether it may name an account: for a personal rule, what its owner may not see does not exist. */
    public boolean knows(KnownAccount account) {
        return scope == Scope.ORGANIZATION || account.isKnownTo(owner);
    }

    /** The accounts that its conditions name. */
    public Set<UUID> accounts() {
        return condition.leaves().stream()
                .filter(Condition.Ids.class::isInstance)
                .flatMap(leaf -> ((Condition.Ids) leaf).values().stream())
                .collect(Collectors.toUnmodifiableSet());
    }
}

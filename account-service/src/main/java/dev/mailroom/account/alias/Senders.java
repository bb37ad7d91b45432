package dev.mailroom.account.alias;

import dev.mailroom.contracts.AccountState.Audience;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who may send as an alias besides the owner of the account and, if it is shared, the managers of the organization.
 *
 * @param sharing true for whoever the account is shared with
 * @param users at most {@link #USERS_MAX}; counts where neither of the others is true
 */
public record Senders(boolean sharing, boolean everyone, List<UUID> users) {
    static final int USERS_MAX = 1_000;

    private static final String SHARING = "sharing";
    private static final String EVERYONE = "everyone";
    private static final String USERS = "users";

    public Senders {
        users = List.copyOf(users);
    }

    static Senders whoeverItIsSharedWith() {
        return new Senders(true, false, List.of());
    }

    static Senders stored(String mode, UUID[] users) {
        return new Senders(mode.equals(SHARING), mode.equals(EVERYONE), List.of(users));
    }

    String mode() {
        if (sharing) {
            return SHARING;
        }
        return everyone ? EVERYONE : USERS;
    }

    /** Whether a user is named here; says nothing about those the account is shared with. */
    boolean names(UUID user) {
        return everyone || users.contains(user);
    }

    /** As an event says it; null for the audience of the account. */
    @Nullable
    Audience audience() {
        return sharing ? null : new Audience(everyone, users);
    }
}

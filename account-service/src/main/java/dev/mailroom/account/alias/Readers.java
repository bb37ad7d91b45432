package dev.mailroom.account.alias;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who may read the mail addressed to an alias though the account is not shared with them. It gives no right to send.
 *
 * @param users at most {@link #USERS_MAX}; counts where neither of the others says anything, and nobody if it is empty
 */
public record Readers(boolean everyone, @Nullable UUID team, List<UUID> users) {
    static final int USERS_MAX = 1_000;

    private static final String EVERYONE = "everyone";
    private static final String TEAM = "team";
    private static final String USERS = "users";

    public Readers {
        users = List.copyOf(users);
    }

    static Readers nobody() {
        return new Readers(false, null, List.of());
    }

    static Readers stored(String mode, @Nullable UUID team, UUID[] users) {
        return new Readers(mode.equals(EVERYONE), team, List.of(users));
    }

    String mode() {
        if (everyone) {
            return EVERYONE;
        }
        return team != null ? TEAM : USERS;
    }

    boolean isNobody() {
        return !everyone && team == null && users.isEmpty();
    }
}

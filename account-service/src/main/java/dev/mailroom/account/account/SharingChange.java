package dev.mailroom.account.account;

import dev.mailroom.contracts.AccountState.Sharing;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about sharing, checked.
 *
 * @param people whether it says with whom; if not, an account that is shared already stays shared with the same people
 * @param team null with people and without users: everyone of the organization
 * @param delivery null: as it is, or {@code team_inbox} where the account was personal
 */
record SharingChange(
        boolean shared,
        boolean people,
        @Nullable UUID team,
        List<UUID> users,
        @Nullable String delivery) {
    private static final String SHARED = "shared";
    private static final String DELIVERY_DEFAULT = "team_inbox";

    SharingChange {
        users = List.copyOf(users);
    }

    static SharingChange personal() {
        return new SharingChange(false, false, null, List.of(), null);
    }

    Sharing after(Sharing before) {
        if (!shared) {
            return Sharing.personal();
        }
        String kept = before.delivery() == null ? DELIVERY_DEFAULT : before.delivery();
        String now = delivery == null ? kept : delivery;
        return !people && before.mode().equals(SHARED)
                ? new Sharing(SHARED, before.team(), before.users(), now)
                : new Sharing(SHARED, team, users, now);
    }
}

package dev.mailroom.rules.account;

import dev.mailroom.contracts.AccountState.Audience;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account as rules need it.
 *
 * @param owner the user who connected it, null where nobody said
 * @param shared whether its conversations are the organization's: then the organization's rules see them, else the owner's
 * @param audience who may see it besides the owner
 */
public record KnownAccount(
        UUID id, UUID organization, @Nullable UUID owner, boolean shared, Audience audience, boolean removed) {

    /** Whether personal rules of this person see its mail; rules of the organization see it if it is shared. */
    public boolean isOwnedBy(UUID user) {
        return !shared && user.equals(owner);
    }

    /** Whether this person of its organization may know of it. */
    public boolean isKnownTo(UUID user) {
        return user.equals(owner) || audience.contains(user);
    }
}

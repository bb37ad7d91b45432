package dev.mailroom.rules.account;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account as rules need it.
 *
 * @param owner the user who connected it, null where nobody said
 * @param shared whether its conversations are the organization's: then the organization's rules see them, else the owner's
 */
public record KnownAccount(
        UUID id, UUID organization, @Nullable UUID owner, boolean shared, boolean removed) {

    /** Whether personal rules of this person see its mail; rules of the organization see it if it is shared. */
    public boolean isOwnedBy(UUID user) {
        return !shared && user.equals(owner);
    }
}

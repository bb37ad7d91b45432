package dev.mailroom.account.alias;

import dev.mailroom.contracts.AccountState.Alias;
import dev.mailroom.contracts.AccountState.Audience;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An alias without its signature, which can be large and is no business of other services. Hibernate makes them. */
record AliasFacts(
        UUID id,
        String address,
        @Nullable String description,
        String name,
        boolean isDefault,
        String sendersMode,
        UUID[] sendersUsers,
        String readersMode,
        @Nullable UUID readersTeam,
        UUID[] readersUsers,
        @Nullable Instant confirmedAt) {

    /** Same address, whatever its case, and same description. */
    boolean isTwinOf(String otherAddress, @Nullable String otherDescription) {
        String mine = description == null ? "" : description;
        String other = otherDescription == null ? "" : otherDescription;
        return address.equalsIgnoreCase(otherAddress) && mine.equalsIgnoreCase(other);
    }

    /** Users that are named one by one, which make an event large. */
    int people() {
        return sendersUsers.length + readersUsers.length;
    }

    /** Those who are to read it, whether or not the address agreed. */
    Readers readers() {
        return Readers.stored(readersMode, readersTeam, readersUsers);
    }

    /** Those who are to read it, where the address agreed. */
    Readers effectiveReaders() {
        return confirmedAt == null ? Readers.nobody() : readers();
    }

    Alias toAlias(Audience readers) {
        Audience senders = Senders.stored(sendersMode, sendersUsers).audience();
        return new Alias(id, address.toLowerCase(Locale.ROOT), name, isDefault, senders, readers);
    }
}

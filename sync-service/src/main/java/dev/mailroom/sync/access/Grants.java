package dev.mailroom.sync.access;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a viewer may read.
 *
 * @param accounts whole ones
 * @param addresses of other accounts: messages to them
 */
public record Grants(Set<UUID> accounts, List<SharedAddress> addresses) {
    /** Placeholders that {@link #sees} takes. */
    public static final int PARAMETERS = 3;

    /** @param address lower case */
    public record SharedAddress(UUID account, String address) {}

    /**
     * Condition: the viewer may see the copy.
     *
     * @param copy alias of its table
     * @param message alias of the table of its message
     * @param first number of the first of {@link #PARAMETERS} placeholders, which take {@link #with}
     */
    public static String sees(String copy, String message, int first) {
        return """
                (%1$s.account_id = any($%3$d::uuid[])
                 or exists (select 1 from unnest($%4$d::uuid[], $%5$d::text[]) as s (account, address)
                            where s.account = %1$s.account_id and s.address = any(%2$s.recipients)))
                """.formatted(copy, message, first, first + 1, first + 2);
    }

    /** The given parameters and after them those of {@link #sees}. */
    public @Nullable Object[] with(@Nullable Object... parameters) {
        List<@Nullable Object> all = new ArrayList<@Nullable Object>(Arrays.asList(parameters));
        all.add(accounts.toArray(UUID[]::new));
        all.add(addresses.stream().map(SharedAddress::account).toArray(UUID[]::new));
        all.add(addresses.stream().map(SharedAddress::address).toArray(String[]::new));
        return all.toArray();
    }

    /** Accounts that hold something for the viewer. */
    public Set<UUID> reachable() {
        return Stream.concat(accounts.stream(), addresses.stream().map(SharedAddress::account))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The same for one account alone. */
    public Grants only(UUID account) {
        return new Grants(
                accounts.contains(account) ? Set.of(account) : Set.of(),
                addresses.stream()
                        .filter(address -> address.account().equals(account))
                        .toList());
    }

    public boolean isEmpty() {
        return accounts.isEmpty() && addresses.isEmpty();
    }
}

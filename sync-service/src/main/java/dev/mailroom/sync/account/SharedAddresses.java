package dev.mailroom.sync.account;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.sync.database.Transaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** SQL of the addresses of an account that others than its audience may read. */
final class SharedAddresses {
    private SharedAddresses() {}

    /** Who may read an address; several aliases may have the same one. */
    private static final class Readers {
        private boolean everyone;
        private final Set<UUID> users = new LinkedHashSet<>();

        private void add(AccountState.Audience audience) {
            everyone = everyone || audience.everyone();
            users.addAll(audience.users());
        }
    }

    /** Makes the rows what the state says. */
    static void replace(Transaction tx, AccountState state) {
        tx.execute("delete from shared_address where account_id = $1", state.account());
        Map<String, Readers> byAddress = new LinkedHashMap<>();
        for (AccountState.Alias alias : state.aliases()) {
            AccountState.Audience readers = alias.readers();
            if (readers.everyone() || !readers.users().isEmpty()) {
                byAddress
                        .computeIfAbsent(alias.address().toLowerCase(Locale.ROOT), address -> new Readers())
                        .add(readers);
            }
        }
        if (byAddress.isEmpty()) {
            return;
        }
        List<String> addresses = new ArrayList<>();
        List<Boolean> everyone = new ArrayList<>();
        List<String> users = new ArrayList<>();
        byAddress.forEach((address, readers) -> {
            addresses.add(address);
            everyone.add(readers.everyone);
            users.add(
                    String.join(",", readers.users.stream().map(UUID::toString).toList()));
        });
        // An array of arrays would come out of unnest as one: the users of an address travel as text.
        tx.execute(
                """
                insert into shared_address (account_id, organization_id, address, everyone, readers)
                select $1, $2, s.address, s.everyone, cast(string_to_array(s.users, ',') as uuid[])
                from unnest($3::text[], $4::boolean[], $5::text[]) as s (address, everyone, users)
                """,
                state.account(),
                state.organization(),
                addresses.toArray(String[]::new),
                everyone.toArray(Boolean[]::new),
                users.toArray(String[]::new));
    }
}

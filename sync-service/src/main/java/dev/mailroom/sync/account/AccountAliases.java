package dev.mailroom.sync.account;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.sync.database.Transaction;
import java.util.List;
import java.util.Locale;

/** SQL of the addresses that mail of an account can be from. */
final class AccountAliases {
    private AccountAliases() {}

    /** Makes the rows what the state says; of an older version it says only the address of the account. */
    static void replace(Transaction tx, AccountState state) {
        List<AccountState.Alias> aliases = state.aliases();
        boolean said = !aliases.isEmpty();
        String[] addresses = said
                ? aliases.stream().map(alias -> lower(alias.address())).toArray(String[]::new)
                : new String[] {lower(state.email())};
        String[] names = said
                ? aliases.stream().map(AccountState.Alias::name).toArray(String[]::new)
                : new String[] {state.displayName()};
        tx.execute("delete from account_alias where account_id = $1", state.account());
        tx.execute("""
                insert into account_alias (account_id, position, address, name)
                select $1, a.position - 1, a.address, a.name
                from unnest($2::text[], $3::text[]) with ordinality as a (address, name, position)
                """, state.account(), addresses, names);
    }

    private static String lower(String address) {
        return address.toLowerCase(Locale.ROOT);
    }
}

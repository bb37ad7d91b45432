package dev.mailroom.send.account;

import dev.mailroom.contracts.AccountState;

/** Accounts for tests of other packages, as an event would make them. */
public final class KnownAccounts {
    private KnownAccounts() {}

    public static AccountRow of(AccountState state) {
        return AccountRow.of(state);
    }
}

package dev.mailroom.send.account;

import dev.mailroom.contracts.AccountState;

/** Accounts for tests of other packages, as an event would make them. */
public final class KnownAccounts {
    private KnownAccounts() {}

    public static AccountRow of(AccountState state) {
        return AccountRow.of(state);
    }

    /** As an older version of the service leaves it: what it does not know is of another revision, or of none. */
    public static AccountRow unheard(AccountState state) {
        AccountRow row = AccountRow.of(state);
        row.audienceRevision = state.revision() == 1 ? null : state.revision() - 1;
        return row;
    }
}

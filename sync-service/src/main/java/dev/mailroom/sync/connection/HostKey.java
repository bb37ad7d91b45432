package dev.mailroom.sync.connection;

import dev.mailroom.sync.account.Account;
import java.util.Locale;

/** What counts as one host wherever something is learned of it: its name and its port, behind which another server may answer. */
final class HostKey {
    private HostKey() {}

    static String of(Account account) {
        return account.imapHost().toLowerCase(Locale.ROOT) + ":" + account.imapPort();
    }
}

package dev.mailroom.account.account;

import dev.mailroom.account.audit.AuditEntry;
import dev.mailroom.contracts.AccountState.Sharing;

/** What the audit log says about an account. A user name is half of a log-in: only its name is kept. */
final class AccountAudit {
    private static final String ACCOUNT = "account";

    private AccountAudit() {}

    static AuditEntry connected(AccountRow row) {
        return of("account.connected", row)
                .field("kind", null, row.kind)
                .field("display_name", null, row.displayName)
                .field("email", null, row.email)
                .field("imap", null, row.imap())
                .field("smtp", null, row.smtp())
                .field("history", null, row.history)
                .field("sharing", null, text(row.sharing()))
                .field("sidebar", null, row.sidebar)
                .hidden("username")
                .hidden("password");
    }

    /**
     * To be asked before the change is applied.
     *
     * @param converted whether somebody else than its owner shares a personal account
     */
    static AuditEntry changed(AccountRow before, AccountChange change, boolean converted) {
        AuditEntry entry = of(converted ? "account.converted" : "account.changed", before);
        if (change.displayName() != null) {
            entry = entry.field("display_name", before.displayName, change.displayName());
        }
        if (change.history() != null) {
            entry = entry.field("history", before.history, change.history().wireName());
        }
        if (change.sharing() != null) {
            entry = entry.field(
                    "sharing", text(before.sharing()), text(change.sharing().after(before.sharing())));
        }
        if (change.sidebar() != null) {
            entry = entry.field("sidebar", before.sidebar, change.sidebar().wireName());
        }
        if (change.username() != null && !change.username().equals(before.username)) {
            entry = entry.hidden("username");
        }
        return change.password() == null ? entry : entry.hidden("password");
    }

    static AuditEntry removed(AccountRow row) {
        return of("account.removed", row)
                .field("display_name", row.displayName, null)
                .field("email", row.email, null);
    }

    /** @param action one of {@code account.paused}, {@code account.resumed}, {@code account.reconnected} */
    static AuditEntry of(String action, AccountRow row) {
        return AuditEntry.of(action, ACCOUNT, row.id);
    }

    private static String text(Sharing sharing) {
        if (sharing.equals(Sharing.personal())) {
            return sharing.mode();
        }
        if (sharing.team() == null && sharing.users().isEmpty()) {
            return sharing.mode() + " everyone delivery=" + sharing.delivery();
        }
        return sharing.mode() + " team=" + sharing.team() + " users=" + sharing.users() + " delivery="
                + sharing.delivery();
    }
}

package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.sync.account.Accounts;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Sql;
import dev.mailroom.sync.database.Transaction;
import dev.mailroom.sync.ownership.FencedWrites;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * Roles that an action needed, that no mailbox has, and that the server let us make no mailbox for. Mail comes in as before; the account
 * says that a person has to choose, until each of these roles has a mailbox.
 */
@Singleton
public class MissingRoles {
    public static final String CATEGORY = "mailboxes_not_configured";

    public static final String HINT = "Say which folders are Archive, Sent, Trash and Spam.";

    private final FencedWrites writes;
    private final Clock clock;

    @Inject
    MissingRoles(FencedWrites writes, Clock clock) {
        this.writes = writes;
        this.clock = clock;
    }

    /** Remembers a role; while history is imported that is what is said, and this when it is over. */
    void missed(Link link, MailboxRole role) {
        writes.write(link.fence(), tx -> {
            tx.execute("""
                    update account set missing_roles = array_append(missing_roles, $2::text)
                    where id = $1 and not ($2::text = any (missing_roles))
                    """, link.accountId(), role.name().toLowerCase(Locale.ROOT));
            boolean live = tx.first("select 1 from account where id = $1 and state = 'live'", link.accountId())
                    .isPresent();
            return live
                    && Accounts.changeState(
                            tx, link.accountId(), SyncStatus.State.NEEDS_ACTION, CATEGORY, HINT, clock.instant());
        });
    }

    /** Whether a session that has nothing else to complain of has to ask for a person. */
    public static boolean any(Sql sql, UUID account) {
        return sql.first("select 1 from account where id = $1 and cardinality(missing_roles) > 0", account)
                .isPresent();
    }

    /** Forgets the roles that have a mailbox now; without any the account is live again. */
    static void recheck(Transaction tx, UUID account, Instant now) {
        tx.first("""
                        update account a
                        set missing_roles = array(
                            select r from unnest(a.missing_roles) as r
                            where not exists (select 1 from mailbox m where m.account_id = a.id and m.role = r and m.selectable
                                              and m.missing_since is null))
                        where a.id = $1 and cardinality(a.missing_roles) > 0
                        returning cardinality(missing_roles) as missing, state_category
                        """, account)
                .filter(row -> row.getInteger("missing") == 0 && CATEGORY.equals(row.getString("state_category")))
                .ifPresent(row -> Accounts.changeState(tx, account, SyncStatus.State.LIVE, null, null, now));
    }
}

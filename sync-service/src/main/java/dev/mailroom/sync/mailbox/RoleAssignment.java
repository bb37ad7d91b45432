package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.sync.database.Sql;
import dev.mailroom.sync.database.Transaction;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes the roles that {@link Roles} gives, one mailbox for each. */
@Singleton
class RoleAssignment {
    private final Mailboxes mailboxes;

    @Inject
    RoleAssignment(Mailboxes mailboxes) {
        this.mailboxes = mailboxes;
    }

    /**
     * Lets nobody else give roles of this account until the end of the transaction: a person and a listing at the same time could make
     * two mailboxes of one role. Taken before any mailbox is locked.
     */
    static void lock(Sql tx, UUID account) {
        tx.first("select 1 from account where id = $1 for no key update", account);
    }

    /** From what is stored: no server is asked. */
    void assign(Transaction tx, UUID account) {
        List<MailboxRow> rows = mailboxes.ofAccount(tx, account);
        Map<UUID, Roles.Assigned> assigned = assigned(rows);
        List<MailboxRow> changed = changed(rows, assigned);
        changed.stream().filter(row -> row.role() != null).forEach(row -> write(tx, row, null));
        for (MailboxRow row : changed) {
            Roles.Assigned now = given(row, assigned);
            if (now != null) {
                write(tx, row, now);
            }
        }
    }

    /** Whether {@link #assign} would have something to write. */
    static boolean differs(List<MailboxRow> rows) {
        return !changed(rows, assigned(rows)).isEmpty();
    }

    private static List<MailboxRow> changed(List<MailboxRow> rows, Map<UUID, Roles.Assigned> assigned) {
        return rows.stream()
                .filter(row -> !Roles.USER.equals(row.roleSource()))
                .filter(row -> !Objects.equals(given(row, assigned), current(row)))
                .toList();
    }

    private static Map<UUID, Roles.Assigned> assigned(List<MailboxRow> rows) {
        return Roles.assign(rows.stream()
                .filter(row -> row.selectable() && row.missingSince() == null && !ListedUse.isUnknown(row))
                .map(RoleAssignment::candidate)
                .toList());
    }

    private static Roles.@Nullable Assigned given(MailboxRow row, Map<UUID, Roles.Assigned> assigned) {
        return assigned.get(row.id());
    }

    private static Roles.@Nullable Assigned current(MailboxRow row) {
        MailboxRole role = row.role();
        String source = row.roleSource();
        return role == null || source == null ? null : new Roles.Assigned(role, source);
    }

    private static Roles.Candidate candidate(MailboxRow row) {
        boolean chosen = Roles.USER.equals(row.roleSource());
        return new Roles.Candidate(
                row.id(),
                row.path().getLast(),
                Roles.depth(row.path()),
                row.isInbox(),
                ListedUse.of(row),
                row.messages(),
                chosen ? row.role() : null,
                chosen && row.role() == null,
                row.role());
    }

    private static void write(Transaction tx, MailboxRow row, Roles.@Nullable Assigned now) {
        tx.execute(
                "update mailbox set role = $2, role_source = $3 where id = $1",
                row.id(),
                now == null ? null : now.role().name().toLowerCase(Locale.ROOT),
                now == null ? null : now.source());
    }
}

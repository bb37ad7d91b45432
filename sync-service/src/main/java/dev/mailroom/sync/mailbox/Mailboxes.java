package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.Mailbox;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.mailclient.imap.MailboxStatus;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.sync.database.Sql;
import dev.mailroom.sync.database.Transaction;
import dev.mailroom.sync.message.AccountScope;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** SQL of mailboxes. Stateless: the caller owns the transaction. */
@Singleton
public class Mailboxes {
    /** Mailboxes of one account: what a server may list, and as many that it does not list any more. */
    static final int MAILBOXES_MAX = 20_000;

    public List<MailboxRow> ofAccount(Sql sql, UUID account) {
        return sql.list(
                MailboxRow::of,
                "select " + MailboxRow.COLUMNS + " from mailbox where account_id = $1 order by path limit $2",
                account,
                MAILBOXES_MAX);
    }

    /** Those of an account that have one of these raw names. */
    public List<MailboxRow> named(Sql sql, UUID account, Collection<String> names) {
        return sql.list(
                MailboxRow::of,
                "select " + MailboxRow.COLUMNS
                        + " from mailbox where account_id = $1 and raw_name = any($2) order by path",
                account,
                names.stream()
                        .map(name -> Buffer.buffer(name.getBytes(StandardCharsets.ISO_8859_1)))
                        .toArray(Buffer[]::new));
    }

    public Optional<MailboxRow> find(Sql sql, UUID mailbox) {
        return sql.first("select " + MailboxRow.COLUMNS + " from mailbox where id = $1", mailbox)
                .map(MailboxRow::of);
    }

    public Optional<MailboxRow> byRole(Sql sql, UUID account, MailboxRole role) {
        return sql.first(
                        "select " + MailboxRow.COLUMNS
                                + " from mailbox where account_id = $1 and role = $2 and selectable and missing_since is null"
                                + " order by (role_source = 'user') desc, id limit 1",
                        account,
                        role.name().toLowerCase(Locale.ROOT))
                .map(MailboxRow::of);
    }

    /** The account with all its mailboxes, as events name them. */
    public AccountScope scope(Sql sql, UUID account, UUID organization) {
        Map<UUID, Mailbox> mailboxes = new HashMap<>();
        ofAccount(sql, account).forEach(row -> mailboxes.put(row.id(), row.mailbox()));
        return new AccountScope(account, organization, mailboxes);
    }

    /**
     * Makes sure that UIDs of this UIDVALIDITY mean something, until the end of the transaction. Live mail and the import have connections
     * of their own, and one may find that the server renumbered while the other writes.
     *
     * @throws OutdatedException if they do not
     */
    void requireStill(Transaction tx, UUID mailbox, long uidValidity) {
        tx.require(
                OutdatedException::new,
                "select 1 from mailbox where id = $1 and uid_validity in (0, $2) for no key update",
                mailbox,
                uidValidity);
    }

    /** Moves the checkpoint to the marks of a look that is stored; back only at a server that went back itself. */
    void checkpoint(Transaction tx, MailboxRow before, SelectedMailbox marks, Instant now) {
        checkpoint(tx, before.id(), before.messages(), marks, now);
    }

    /** The same for the last of several batches, before each of which {@link #unfinished} was called. */
    void finished(Transaction tx, MailboxRow before, SelectedMailbox marks, Instant now) {
        checkpoint(tx, before.id(), Compared.UNFINISHED, marks, now);
    }

    /** If somebody changed the number meanwhile, or wants all to be compared, the marks are not those of the mailbox any more. */
    private static void checkpoint(Transaction tx, UUID mailbox, long messages, SelectedMailbox marks, Instant now) {
        tx.send(
                """
                update mailbox set uid_next = $3, highest_modseq = case when messages = $7 then $4 else highest_modseq end,
                       messages = case when messages = $7 then $5 else -1 end, uid_validity = $2, checked_at = $6
                where id = $1
                """,
                mailbox,
                marks.uidValidity(),
                marks.uidNext(),
                marks.highestModSeq(),
                marks.exists(),
                now.atOffset(ZoneOffset.UTC),
                messages);
    }

    /** A batch is stored, and more are to follow: if they do not, the next look goes on behind it, and compares what is before. */
    void unfinished(Transaction tx, MailboxRow before, long uidValidity, long uidNext) {
        tx.send("""
                update mailbox set uid_next = case when uid_validity = $2 then greatest(uid_next, $3) else $3 end, uid_validity = $2,
                       messages = case when messages in ($4, -2) then -2 else -1 end
                where id = $1
                """, before.id(), uidValidity, uidNext, before.messages());
    }

    /** We appended one message, which is stored: if it came next, the mailbox is as it is known. */
    void appended(Transaction tx, MailboxRow row, long uid) {
        tx.send("""
                update mailbox set uid_next = greatest(uid_next, $3 + 1),
                       messages = case when messages < 0 then messages when uid_next = $3 then messages + 1 else -1 end
                where id = $1 and uid_validity = $2 and uid_next >= $3 and checked_at is not null
                """, row.id(), row.uidValidity(), uid);
    }

    /** Forgets the marks of mailboxes: the next look compares all of what is in them. */
    public void compareWhole(Sql sql, Collection<UUID> mailboxes) {
        sql.execute("update mailbox set messages = -1, highest_modseq = 0 where id = any($1)", (Object)
                mailboxes.toArray(UUID[]::new));
    }

    /** Remembers the count of unread messages, which only STATUS says. */
    public void unseen(Sql sql, UUID mailbox, MailboxStatus status) {
        sql.execute("update mailbox set unseen = $2 where id = $1 and unseen <> $2", mailbox, status.unseen());
    }
}

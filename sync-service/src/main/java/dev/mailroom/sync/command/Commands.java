package dev.mailroom.sync.command;

import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.sync.database.Json;
import dev.mailroom.sync.database.Sql;
import dev.mailroom.sync.database.Transaction;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** SQL of commands. Stateless: the caller owns the transaction. */
@Singleton
public class Commands {
    /** Commands that a session takes up at a time. */
    static final int BATCH_MAX = 50;

    private static final Logger LOG = Logger.getLogger(Commands.class);

    /** Commands that are ended in one statement or transaction. */
    public static final int END_MAX = 200;

    /** A command does nothing in an account of another organization, even if it came before the account. */
    private static final String OPEN = "account_id = $1 and state in ('planned', 'sent') "
            + "and organization_id = (select account.organization_id from account where account.id = $1)";

    /** A row that cannot be read waits this long: a newer version of this service wrote it, and may come back. */
    private static final Duration UNREADABLE_RETRY = Duration.ofHours(1);

    /** A command that was postponed by more does not hold up others about its message. */
    private static final Duration HOLDS_MAX = Duration.ofMinutes(5);

    /** Another one about the same message, which was asked for earlier, is to be tried again first: after $2 and until $3. */
    private static final String HELD = "exists (select 1 from command earlier where earlier.account_id = $1 "
            + "and earlier.message_id = command.message_id and earlier.sequence < command.sequence "
            + "and earlier.state in ('planned', 'sent') and earlier.not_before > $2 and earlier.not_before <= $3)";

    private static final int DETAIL_MAX_CHARS = 300;

    private final Clock clock;

    @Inject
    public Commands(Clock clock) {
        this.clock = clock;
    }

    /**
     * Writes down what the API was asked for, before it goes to Kafka.
     *
     * @return false if there is a command of this id already, which stays as it is
     */
    boolean request(Transaction tx, MailCommand command) {
        return insert(tx, command, "requested");
    }

    Optional<MailCommand> find(Sql sql, UUID id) {
        return sql.first("select " + StoredCommand.COLUMNS + " from command where id = $1", id)
                .map(row -> StoredCommand.of(row).command());
    }

    /**
     * Takes a command from Kafka; a second one with the same id changes nothing.
     *
     * @return true if the account's session has something to do
     */
    public boolean accept(Transaction tx, MailCommand command) {
        // Without a row the account's event is still to come: the command waits, until the account comes or patience
        // ends.
        boolean refused = tx.first(
                        "select 1 from account where id = $1 and (organization_id <> $2 or removed)",
                        command.account(),
                        command.organization())
                .isPresent();
        insert(tx, command, "planned");
        int planned = tx.execute(
                "update command set state = 'planned', updated_at = now() where id = $1 and account_id = $2 "
                        + "and state in ('requested', 'planned')",
                command.command(),
                command.account());
        if (planned > 0 && refused) {
            finish(tx, command, new Outcome.Failed("account_unknown", null));
            return false;
        }
        return planned > 0;
    }

    /**
     * Ends open commands of an account that was removed.
     *
     * @return how many were ended; when it is {@link #END_MAX}, there may be more
     */
    public int endSome(Transaction tx, UUID account) {
        List<Row> open = tx.query(
                "select " + StoredCommand.COLUMNS
                        + " from command where account_id = $1 and state in ('requested', 'planned', 'sent') "
                        + "order by sequence limit $2 for update",
                account,
                END_MAX);
        open.forEach(row -> end(tx, row, "account_removed"));
        return open.size();
    }

    /**
     * Ends commands whose account did not come.
     *
     * @param before when they were taken at the latest
     * @return how many were ended; when it is {@link #END_MAX}, there may be more
     */
    public int endUnclaimed(Transaction tx, Instant before) {
        List<Row> unclaimed = tx.query(
                "select " + StoredCommand.COLUMNS + " from command where state = 'planned' and updated_at < $1 "
                        + "and not exists (select 1 from account where account.id = command.account_id "
                        + "and account.organization_id = command.organization_id) "
                        + "order by sequence limit $2 for update skip locked",
                before.atOffset(ZoneOffset.UTC),
                END_MAX);
        unclaimed.forEach(row -> end(tx, row, "account_unknown"));
        return unclaimed.size();
    }

    private void end(Transaction tx, Row row, String reason) {
        MailCommand command;
        try {
            command = StoredCommand.of(row).command();
        } catch (IllegalStateException unreadable) {
            // Nobody can be told of it, and it must not keep the others open.
            LOG.warnf("command=%s unreadable, ended: %s", row.getUUID("id"), reason);
            tx.execute(
                    "update command set state = 'failed', reason = $2, updated_at = now() where id = $1",
                    row.getUUID("id"),
                    reason);
            return;
        }
        finish(tx, command, new Outcome.Failed(reason, null));
    }

    private static boolean insert(Transaction tx, MailCommand command, String state) {
        int inserted = tx.execute(
                """
                insert into command (id, account_id, organization_id, type, message_id, payload, state)
                values ($1, $2, $3, $4, $5, cast($6::text as jsonb), $7) on conflict (id) do nothing
                """,
                command.command(),
                command.account(),
                command.organization(),
                StoredCommand.typeOf(command),
                messageOf(command),
                Json.write(command),
                state);
        return inserted > 0;
    }

    static @Nullable UUID messageOf(MailCommand command) {
        return command instanceof MailCommand.OnMessage onMessage ? onMessage.message() : null;
    }

    List<StoredCommand> open(Sql sql, UUID account) {
        List<StoredCommand> open = new ArrayList<>();
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        for (Row row : sql.query(
                "select " + StoredCommand.COLUMNS + " from command where " + OPEN + " and not_before <= $2 and not "
                        + HELD + " order by sequence limit $4",
                account,
                now,
                now.plus(HOLDS_MAX),
                BATCH_MAX)) {
            try {
                open.add(StoredCommand.of(row));
            } catch (RuntimeException unreadable) {
                UUID id = row.getUUID("id");
                LOG.errorf(unreadable, "account=%s command=%s is set aside: not readable", account, id);
                postpone(sql, id, new Outcome.Later(UNREADABLE_RETRY, "unreadable"));
            }
        }
        return open;
    }

    /** When the next open command is due, or mail that waits to settle; empty if there is none. One question, for every session asks it often. */
    public Optional<java.time.Instant> nextDue(Sql sql, UUID account) {
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        return sql.first(
                        "select least((select min(not_before) from command where " + OPEN + " and not " + HELD
                                + "), (select min(settles_at) from settling where account_id = $1)) as due",
                        account,
                        now,
                        now.plus(HOLDS_MAX))
                .map(row -> row.getOffsetDateTime("due"))
                .map(java.time.OffsetDateTime::toInstant);
    }

    /** Notes that the server is about to be asked, with what is true before. */
    void sent(
            Transaction tx, UUID command, StoredCommand.@Nullable Noted source, StoredCommand.@Nullable Noted target) {
        tx.execute(
                """
                update command set state = 'sent', source_mailbox = $2, source_uid_validity = $3, source_uid = $4,
                       target_mailbox = $5, target_uid_validity = $6, target_uid_next = $7, updated_at = now()
                where id = $1
                """,
                command,
                source == null ? null : source.mailbox(),
                source == null ? null : source.uidValidity(),
                source == null ? null : source.uid(),
                target == null ? null : target.mailbox(),
                target == null ? null : target.uidValidity(),
                target == null ? null : target.uid());
    }

    /** What was noted before the server was asked does not count any more: it did nothing. */
    void replan(Transaction tx, UUID command) {
        tx.execute("""
                update command set state = 'planned', source_mailbox = null, source_uid_validity = null, source_uid = null,
                       target_mailbox = null, target_uid_validity = null, target_uid_next = null
                where id = $1
                """, command);
    }

    void postpone(Sql sql, UUID command, Outcome.Later later) {
        sql.execute(
                "update command set attempts = attempts + $3, not_before = $2, updated_at = now() where id = $1",
                command,
                clock.instant().plus(later.delay()).atOffset(ZoneOffset.UTC),
                later.counts() ? 1 : 0);
    }

    /** What the server said against a wish was not taken over: now that the wish failed, all flags are compared anew. */
    private static void serverWins(Transaction tx, UUID account, @Nullable UUID message) {
        tx.execute("""
                update mailbox set messages = -1, highest_modseq = 0
                where id in (select mailbox_id from copy where message_id = $1 and account_id = $2)
                """, message, account);
    }

    private void finish(Transaction tx, MailCommand command, Outcome outcome) {
        finish(tx, command, outcome, false);
    }

    /**
     * Writes the outcome and tells it.
     *
     * @param marksKnown true if the caller takes over what the server says of the flags
     */
    void finish(Transaction tx, MailCommand command, Outcome outcome, boolean marksKnown) {
        String type = StoredCommand.typeOf(command);
        UUID message = messageOf(command);
        switch (outcome) {
            case Outcome.Done done -> {
                tx.execute(
                        "update command set state = 'succeeded', result = $2, updated_at = now() where id = $1",
                        command.command(),
                        done.result());
                tx.tell(
                        EventIds.of("command.succeeded", command.command()),
                        new MailEvent.CommandSucceeded(
                                command.account(),
                                command.organization(),
                                command.command(),
                                type,
                                message,
                                command.origin(),
                                done.result()));
            }
            case Outcome.Failed failed -> {
                String detail = failed.detail();
                String cut = detail == null ? null : detail.substring(0, Math.min(detail.length(), DETAIL_MAX_CHARS));
                tx.execute(
                        "update command set state = 'failed', reason = $2, detail = $3, updated_at = now() where id = $1",
                        command.command(),
                        failed.reason(),
                        cut);
                if (!marksKnown
                        && (command instanceof MailCommand.MarkRead || command instanceof MailCommand.MarkUnread)) {
                    serverWins(tx, command.account(), message);
                }
                tx.tell(
                        EventIds.of("command.failed", command.command()),
                        new MailEvent.CommandFailed(
                                command.account(),
                                command.organization(),
                                command.command(),
                                type,
                                message,
                                command.origin(),
                                failed.reason(),
                                cut));
            }
            case Outcome.Later later -> throw new IllegalArgumentException("not finished: " + later.why());
        }
    }
}

package dev.mailroom.sync.removal;

import dev.mailroom.sync.command.Commands;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Transaction;
import dev.mailroom.sync.message.Arrivals;
import dev.mailroom.sync.ownership.Fence;
import dev.mailroom.sync.ownership.FencedException;
import dev.mailroom.sync.ownership.FencedWrites;
import dev.mailroom.sync.session.SessionSupervisor;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Deletes, a piece at a time, what removed accounts of our shards hold. */
@Singleton
public class RemovedAccounts {
    /** Copies that are deleted in one transaction, with what they leave behind. */
    static final int COPIES_MAX = 250;

    /** Rows of quarantine that are deleted in one transaction: each may hold a message of 32 MiB. */
    static final int QUARANTINE_MAX = 20;

    /** Narrow rows that are deleted in one transaction. */
    static final int ROWS_MAX = 2_000;

    /** Accounts that one look takes up: any of them, so that one that cannot be deleted does not hold up the others. */
    static final int ACCOUNTS_MAX = 20;

    private static final Logger LOG = Logger.getLogger(RemovedAccounts.class);

    private final Database database;
    private final FencedWrites writes;
    private final SessionSupervisor sessions;
    private final Commands commands;
    private final Clock clock;

    @Inject
    public RemovedAccounts(
            Database database, FencedWrites writes, SessionSupervisor sessions, Commands commands, Clock clock) {
        this.database = database;
        this.writes = writes;
        this.sessions = sessions;
        this.commands = commands;
        this.clock = clock;
    }

    /** An account that is to be emptied. */
    public record Removed(UUID id, UUID organization) {}

    @Scheduled(every = "15s", delayed = "15s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void purge() {
        Map<Integer, Fence> fences = sessions.fences().stream().collect(Collectors.toMap(Fence::shard, fence -> fence));
        for (Row row : database.query(
                "select id, organization_id, shard from account where shard = any($1) and removed and purged_at is null "
                        + "order by random() limit $2",
                fences.keySet().toArray(Integer[]::new),
                ACCOUNTS_MAX)) {
            Removed account = new Removed(row.getUUID("id"), row.getUUID("organization_id"));
            Fence fence = fences.get(row.getInteger("shard"));
            // Its session may still write what it was about to; its end is not far.
            if (fence != null && !sessions.serves(account.id())) {
                attempt(fence, account);
            }
        }
    }

    private void attempt(Fence fence, Removed account) {
        try {
            purge(fence, account);
        } catch (FencedException notOurs) {
            LOG.debugf("shard=%d has another owner, who goes on", fence.shard());
        }
    }

    /**
     * Deletes all that the account holds.
     *
     * @return how many transactions it took
     * @throws FencedException if the shard is not ours any more
     */
    public int purge(Fence fence, Removed account) {
        int transactions = 0;
        boolean more;
        do {
            more = writes.write(fence, account.organization(), tx -> commands.endSome(tx, account.id()) > 0);
            transactions++;
        } while (more);
        do {
            more = writes.write(fence, account.organization(), tx -> step(tx, account));
            transactions++;
        } while (more);
        LOG.infof("account=%s is deleted in %d transactions", account.id(), transactions);
        return transactions;
    }

    /** @return false if nothing is left */
    private boolean step(Transaction tx, Removed account) {
        if (copies(tx, account) > 0) {
            return true;
        }
        int deleted = tx.execute("""
                delete from quarantine where id in (select id from quarantine where account_id = $1 limit $2)
                """, account.id(), QUARANTINE_MAX);
        if (deleted == 0) {
            deleted = tx.execute("""
                    delete from sighting where account_id = $1
                      and message_id in (select message_id from sighting where account_id = $1 limit $2)
                    """, account.id(), ROWS_MAX);
        }
        if (deleted == 0) {
            deleted = tx.execute("""
                    delete from provider_message where account_id = $1
                      and provider_id in (select provider_id from provider_message where account_id = $1 limit $2)
                    """, account.id(), ROWS_MAX);
        }
        if (deleted == 0) {
            deleted = tx.execute("""
                    delete from mailbox where id in (select id from mailbox where account_id = $1 limit $2)
                    """, account.id(), ROWS_MAX);
        }
        if (deleted == 0) {
            tx.execute("delete from settling where account_id = $1", account.id());
            tx.execute("delete from shared_address where account_id = $1", account.id());
            tx.execute("delete from account_alias where account_id = $1", account.id());
            tx.execute(
                    "update account set purged_at = $2 where id = $1 and removed",
                    account.id(),
                    clock.instant().atOffset(ZoneOffset.UTC));
        }
        return deleted > 0;
    }

    private static int copies(Transaction tx, Removed account) {
        // Nobody may find a message whose last copy goes, and lay another one beside it.
        Arrivals.lockThreads(tx, account.organization());
        List<UUID> messages = tx.list(row -> row.getUUID("message_id"), """
                with gone as (select c.mailbox_id, c.uid_validity, c.uid from mailbox b join copy c on c.mailbox_id = b.id
                              where b.account_id = $1 limit $2)
                delete from copy using gone
                where copy.mailbox_id = gone.mailbox_id and copy.uid_validity = gone.uid_validity and copy.uid = gone.uid
                returning copy.message_id
                """, account.id(), COPIES_MAX);
        if (!messages.isEmpty()) {
            List<UUID> shrunk = tx.list(
                    row -> row.getUUID("conversation_id"), """
                    delete from message m where m.organization_id = $1 and m.id = any($2)
                      and not exists (select 1 from copy c where c.message_id = m.id)
                    returning m.conversation_id
                    """, account.organization(), messages.toArray(UUID[]::new));
            EmptyConversations.shrink(tx, account.organization(), shrunk);
        }
        return messages.size();
    }
}

package dev.mailroom.sync.ownership;

import dev.mailroom.sync.database.Database;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;

/** SQL of the shards' epochs. */
@Singleton
public class Shards {
    private final Database database;

    @Inject
    public Shards(Database database) {
        this.database = database;
    }

    /**
     * Raises the epochs; waits for the transactions of the previous owner that are being committed.
     *
     * <p>In a transaction that is committed when all was answered: a raise that its thread was interrupted in comes to nothing, however
     * late PostgreSQL hears of it, and does not fence off who has the shards by then.
     */
    public List<Fence> raise(Collection<Integer> shards, String owner) {
        return database.inTransaction(tx -> tx.list(
                row -> new Fence(row.getInteger("id"), row.getLong("epoch")),
                """
                insert into shard (id, epoch, owner)
                select s.id, 1, $2 from unnest($1::int[]) as s (id) order by s.id
                on conflict (id) do update set epoch = shard.epoch + 1, owner = excluded.owner, raised_at = now()
                returning id, epoch
                """,
                shards.toArray(Integer[]::new),
                owner));
    }
}

package dev.mailroom.sync.ownership;

import java.util.Collection;

/** Runs the sessions of the shards that this replica owns. Called by one thread at a time. */
public interface ShardOwner {
    /** A shard is ours from now on, under this fence. */
    void acquired(Fence fence);

    /** False if the shard was not acquired yet, or a session found that another replica raised its epoch. */
    boolean serves(int shard);

    /**
     * Shards are ours no longer: stops their sessions and waits for them, within a bound.
     *
     * @param atOnce without letting them finish what they are doing
     */
    void lost(Collection<Integer> shards, boolean atOnce);
}

package dev.mailroom.sync.ownership;

import dev.mailroom.contracts.Topics;
import jakarta.inject.Singleton;

/** How much of all accounts this replica has: what is bounded for all replicas together is bounded by this part of it here. Thread safe. */
@Singleton
public class ShardShare {
    private volatile double share;

    /** The share of the shards that are this replica's: 0 to 1. */
    public double now() {
        return share;
    }

    void owns(int shards) {
        share = Math.min(1, (double) shards / Topics.SHARDS);
    }
}

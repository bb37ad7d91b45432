package dev.mailroom.sync.ownership;

/**
 * The right to write for the accounts of a shard.
 *
 * @param shard partition of {@code mailroom.account.events}, 0..63
 * @param epoch grows with each owner; an older one is void
 */
public record Fence(int shard, long epoch) {}

/**
 * Who may write for an account.
 *
 * <p>The partitions of {@code mailroom.account.events} are the shards; Kafka's consumer group gives each to one replica. On assignment
 * the replica raises the shard's epoch in PostgreSQL and is handed the shard ({@code ShardOwner}); on revocation it gives it back.
 * Every write of a session goes through {@code FencedWrites}, which locks the epoch row first: if the epoch is not ours any more,
 * nothing is written and the session ends. What cannot be fenced, a command to a mail server, is guarded by {@code Membership}: the
 * group must have answered within half its session timeout. A replica that PostgreSQL does not answer offers its shards to the others
 * ({@code ShardOffer}); to give back waits for no take ({@code ShardTurns}).
 */
@NullMarked
package dev.mailroom.sync.ownership;

import org.jspecify.annotations.NullMarked;

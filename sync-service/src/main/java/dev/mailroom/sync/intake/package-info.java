/**
 * What comes from Kafka: one channel over account events and commands, so that a shard is owned for both.
 *
 * <p>Each record is written down in PostgreSQL before it is acknowledged; only then the session hears of it. A record that cannot be read
 * goes to the dead letters of its own topic, through the outbox, and its neighbours go on.
 */
@NullMarked
package dev.mailroom.sync.intake;

import org.jspecify.annotations.NullMarked;

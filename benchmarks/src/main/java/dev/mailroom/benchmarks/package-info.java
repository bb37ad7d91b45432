/**
 * Benchmarks of the real parts on the embedded PostgreSQL and Kafka.
 *
 * <p>Each prints a table and writes JSON to {@code target/bench/}. A figure stands beside a limit or a peer that was
 * measured in the same run, because figures of two machines or two days say little. PostgreSQL is durable (fsync) as in
 * the stack that a person runs.
 */
@NullMarked
package dev.mailroom.benchmarks;

import org.jspecify.annotations.NullMarked;

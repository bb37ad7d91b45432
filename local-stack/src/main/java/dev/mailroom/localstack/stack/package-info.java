/**
 * The whole system on one machine.
 *
 * <p>{@link dev.mailroom.localstack.stack.Stack} starts PostgreSQL and Kafka in this JVM's care, then the four services as child JVMs,
 * waits until each says that it is ready, starts again what dies, and stops all in the reverse order. What must outlive a run (data,
 * keys, passwords) is in the {@link dev.mailroom.localstack.stack.DataFolder}; where everything is listening is in its {@link
 * dev.mailroom.localstack.stack.StackState}, which the other commands read.
 */
@NullMarked
package dev.mailroom.localstack.stack;

import org.jspecify.annotations.NullMarked;

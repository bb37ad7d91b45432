/**
 * Reads Mailroom's topics as they grow.
 *
 * <p>{@link dev.mailroom.localstack.tail.EventStream} reads without a consumer group, so that looking takes nothing away from the services;
 * {@link dev.mailroom.localstack.tail.EventLine} says an event in one line for a person.
 */
@NullMarked
package dev.mailroom.localstack.tail;

import org.jspecify.annotations.NullMarked;

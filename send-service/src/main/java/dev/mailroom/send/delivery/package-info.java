/**
 * Hands outgoing mail to submission servers: at least one attempt, at most one acceptance.
 *
 * <p>{@link dev.mailroom.send.delivery.Dispatcher} claims due messages (one at a time for each account, bounded for each host and in all) and
 * starts a virtual thread for each. A claim is an epoch and a lease that {@link dev.mailroom.send.delivery.Dispatcher} renews; every write of
 * a delivery names its epoch, and a write that changes nothing means that somebody else owns the message. {@link
 * dev.mailroom.send.delivery.Delivery} persists each phase before it begins, above all the final dot. A claim whose lease ran out before the
 * dot is tried again; at or after the dot nobody knows, so the message becomes {@code unknown} and is not sent again unless a person says
 * so.
 */
@NullMarked
package dev.mailroom.send.delivery;

import org.jspecify.annotations.NullMarked;

/**
 * Replicas of sync-service that come, go and die under live mail.
 *
 * <p>{@code SyncCluster} is everything around them: PostgreSQL, Kafka, Dovecot, and a stand-in for account-service that hands out
 * credentials. {@code Deliveries} puts mail into the mailboxes and notes what the server acknowledged; {@code EventWatch} reads what is
 * told of it and compares: nothing lost, nothing told under two ids, the order of each mailbox kept.
 */
@NullMarked
package dev.mailroom.systemtests.replicas;

import org.jspecify.annotations.NullMarked;

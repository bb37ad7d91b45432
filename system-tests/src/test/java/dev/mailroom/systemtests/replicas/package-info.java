/**
 * Replicas of sync-service under live mail, and everything that can go wrong around them.
 *
 * <p>{@code SyncCluster} is everything around them: PostgreSQL, Kafka, Dovecot, and a stand-in for account-service that hands out
 * credentials. {@code Deliveries} puts mail into the mailboxes and notes what the server acknowledged; {@code EventWatch} reads what is
 * told of it and compares: nothing lost, nothing told under two ids, the order of each mailbox kept.
 *
 * <p>A {@code Fault} is something that goes wrong: to mailboxes ({@code MailboxFaults}), to replicas and on their way to the broker
 * ({@code ReplicaFaults}), to the database ({@code DatabaseFaults}), or to a replica between two steps of its work ({@code CrashFaults}): an
 * {@code Ear} hears what is said on the links of a {@code Site} and to a mailbox. A {@code FaultRun} is one of them at one moment, drawn from a seed:
 * {@code Canaries} arrive before, in and after it, and at the end {@code Agreement} is asked whether server, database and events agree.
 */
@NullMarked
package dev.mailroom.systemtests.replicas;

import org.jspecify.annotations.NullMarked;

/**
 * An event and its row are one fact: transactional outbox, relay to Kafka, and an inbox that makes effects happen once.
 *
 * <p><b>Writing.</b> A use case opens a transaction ({@link dev.mailroom.outbox.Transactions} with Hibernate Reactive,
 * {@link dev.mailroom.outbox.PgTransactions} with the plain pool), changes its rows and appends its events with
 * {@link dev.mailroom.outbox.Outbox} or {@link dev.mailroom.outbox.PgOutbox} on the same session or connection. The
 * tables come with this module: {@code quarkus.flyway.locations=db/outbox,db/migration}.
 *
 * <p><b>Order.</b> Events of one key reach Kafka in the order of their row ids. Two transactions that write for one key
 * at the same time are in no order unless they lock a row of it first (the account, the shard's epoch); with the lock
 * the order is that of the commits.
 *
 * <p><b>Sending.</b> {@link dev.mailroom.outbox.OutboxRelay} starts with the application. One replica at a time holds
 * the advisory lock of the database and sends; the others stand by. A record may be sent twice after a crash, always
 * with the same id.
 *
 * <p><b>Reading.</b> An {@code @Incoming} method hands its record to {@link dev.mailroom.outbox.EventConsumer}, whose
 * Javadoc lists the settings a channel needs, and does its work inside {@link dev.mailroom.outbox.Inbox#once} or
 * {@link dev.mailroom.outbox.PgInbox#once}.
 */
@NullMarked
package dev.mailroom.outbox;

import org.jspecify.annotations.NullMarked;

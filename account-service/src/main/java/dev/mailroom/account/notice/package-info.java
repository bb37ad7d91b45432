/**
 * Mails of the system itself: what the owner of an account hears of its state, and short mails of other features.
 *
 * <p>{@link dev.mailroom.account.notice.Notices} plans a notice in the transaction that takes over a reported state, so that both are one
 * fact. {@code NoticeCourse} decides: one notice for a trouble however often the state flaps, one when it is over and has stayed over.
 * {@code Gathering} waits some minutes, makes one mail of all troubles of an owner, and writes it down with its notices in one transaction.
 * {@link dev.mailroom.account.notice.SystemMails} holds the mails; {@code MailRound} claims one after the other, commits, and only then
 * speaks to the server through {@code Postman}, the one class that knows the Vert.x mail client.
 *
 * <p>A mail is repeated after a refusal and after a failure before the message was begun, with growing pauses. Where nobody knows whether
 * the server took it (a crash, a connection lost later than that) it is repeated once, under the same Message-ID, and then left alone.
 */
@NullMarked
package dev.mailroom.account.notice;

import org.jspecify.annotations.NullMarked;

/**
 * The mailboxes (folders) of an account and what changed in them.
 *
 * <p>{@code FolderList} compares LIST with the rows: created, renamed, gone. {@code Roles} says what each is for: the user's choice, else
 * the server's SPECIAL-USE, which is remembered so that no server has to be asked, else a table of names. {@code MailboxLook} finds what changed in one mailbox by the cheapest way the server
 * offers and writes disappearances and flags; {@code MailboxIntake} fetches what is new, within bounds, and records it together with the
 * checkpoint; {@code FreshMail} is its short way for what the server has just announced. {@code MailboxReset} finds messages again after the server renumbered them. Diffs are pure functions in
 * {@code UidDifference}.
 */
@NullMarked
package dev.mailroom.sync.mailbox;

import org.jspecify.annotations.NullMarked;

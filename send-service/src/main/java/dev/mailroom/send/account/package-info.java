/**
 * What sending has to know of an account: its addresses, its submission server and its sealed credential.
 *
 * <p>{@code mailroom.account.events} is the source; a row is only replaced by a higher revision. The sealed credential is fetched from
 * account-service when it is needed and newer than the copy, kept sealed, and opened in memory only while a delivery logs in. Two refusals
 * of one credential in a row hold the account's mail until the credential changes.
 */
@NullMarked
package dev.mailroom.send.account;

import org.jspecify.annotations.NullMarked;

/**
 * The tenant: its plan, its people and its teams.
 *
 * <p>An {@link dev.mailroom.account.organization.Organizations organization} and the people in it are written down when their tokens are
 * first seen. What a request may do is said by its token; the directory says who there is to share with. Whoever changes the directory
 * locks the row of the organization first, so that changes have one order, writes the event about it, and tells the holders of
 * {@link dev.mailroom.account.organization.Shares} in the same transaction.
 * {@link dev.mailroom.account.organization.TenantTransactions} is the only way into the database: it says to PostgreSQL for which
 * organization the transaction works, and row security hides everything else.
 * {@link dev.mailroom.account.organization.RequestOnce} answers a repeated request without doing it again.
 */
@NullMarked
package dev.mailroom.account.organization;

import org.jspecify.annotations.NullMarked;

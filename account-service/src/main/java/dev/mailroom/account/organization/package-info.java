/**
 * The tenant.
 *
 * <p>An {@link dev.mailroom.account.organization.Organizations organization} is written down when one of its users is first seen, with
 * the configured plan. {@link dev.mailroom.account.organization.TenantTransactions} is the only way into the database: it says to
 * PostgreSQL for which organization the transaction works, and row security hides everything else.
 */
@NullMarked
package dev.mailroom.account.organization;

import org.jspecify.annotations.NullMarked;

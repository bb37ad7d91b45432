/**
 * Reading the audit log, and forgetting what is old.
 *
 * <p>Owners and admins read what happened in their organization, newest first; an operator reads what happened to the installation as a
 * whole. Entries older than the retention are removed in bounded batches; PostgreSQL refuses to remove one that is younger than a month.
 */
@NullMarked
package dev.mailroom.account.trail;

import org.jspecify.annotations.NullMarked;

/**
 * The people an organization writes to: by hand, from a CSV file and back into one.
 *
 * <p>A file is first written to a temporary one and read through once ({@code ContactFile}): its charset, its delimiter, how many rows it
 * has and what becomes of its columns are known before anything is saved. {@code ContactImports} then takes it in batches; each batch and
 * the progress it makes are one transaction ({@code ImportBatch}), so that a repeat after a crash goes on behind the last committed row.
 * An address belongs to one contact of an organization; all that writes contacts of one organization does so one after the other.
 */
@NullMarked
package dev.mailroom.account.contact;

import org.jspecify.annotations.NullMarked;

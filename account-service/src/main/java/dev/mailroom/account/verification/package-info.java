/**
 * Tries a log-in and explains what went wrong.
 *
 * <p>{@link dev.mailroom.account.verification.Verifier} logs in once to the IMAP server and once to the SMTP server, side by side on
 * virtual threads, within one time limit. Each leg ends as a {@link dev.mailroom.account.verification.LegDiagnosis}: how far it came,
 * what happened and what a person can do, never what the server said. {@link dev.mailroom.account.verification.VerifyAttempts} counts
 * log-ins per user and mailbox, so that nobody guesses passwords or scans networks through us.
 */
@NullMarked
package dev.mailroom.account.verification;

import org.jspecify.annotations.NullMarked;

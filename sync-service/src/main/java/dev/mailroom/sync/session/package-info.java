/**
 * Sessions: one virtual thread for each account, with one connection, in one loop.
 *
 * <p>{@code SessionSupervisor} starts and stops sessions as shards and accounts come and go. {@code AccountSession} walks through the
 * states of {@code SessionState}: connecting, catching up, live in IDLE with an import beside it, importing between looks at live mail where there is one connection only, backing off, waiting for a
 * person, stopped. {@code MailboxSweep} looks at every mailbox, at a bounded number where each has to be asked for ({@code StatusTurns}); {@code InboxWatch} waits for news of INBOX. {@code Setbacks} decides what a
 * failure means: log-ins that are refused count over time, throttling never does, a fetch that is held against messages ({@code BlamedFetch}) is soon tried again, and only a successful sync forgets them. What is said of
 * the session is written by {@code SessionReport}, only when it changes.
 */
@NullMarked
package dev.mailroom.sync.session;

import org.jspecify.annotations.NullMarked;

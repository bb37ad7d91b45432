/**
 * Adds a mailbox to a running stack and shows its import.
 *
 * <p>{@code Connecting} is the dialogue: {@code ServerFinder} has the servers looked for and asks only for what was not found, then the
 * log-in is tried. When it fails, {@code Diagnosis} shows what a person can do, and where another port or encryption was seen to work,
 * it is offered. A password comes from a file, the environment or a prompt, never from the command line.
 */
@NullMarked
package dev.mailroom.localstack.connect;

import org.jspecify.annotations.NullMarked;

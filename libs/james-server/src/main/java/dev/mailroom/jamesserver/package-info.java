/**
 * Apache James with everything in memory, as a program of its own.
 *
 * <p>It is the one full IMAP server that comes from Maven alone: CONDSTORE, QRESYNC, LIST-STATUS, MOVE, ID. It drags in several hundred
 * jars of its own generation, so nothing else may share its classpath; tests start it as a child process.
 */
@NullMarked
package dev.mailroom.jamesserver;

import org.jspecify.annotations.NullMarked;

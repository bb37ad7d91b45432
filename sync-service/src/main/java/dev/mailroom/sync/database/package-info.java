/**
 * The reactive PostgreSQL client as a blocking caller on a virtual thread sees it.
 *
 * <p>{@code Database} runs single statements and opens transactions; {@code Transaction} runs several on one connection and collects
 * the events that belong to them. Waiting for an answer blocks only the virtual thread, and is the back-pressure; statements of a
 * transaction whose answers nobody needs yet are sent without waiting ({@code Pipeline}), so that many cost one way to the server and back.
 * Nothing here is for an event loop.
 */
@NullMarked
package dev.mailroom.sync.database;

import org.jspecify.annotations.NullMarked;

/**
 * What went wrong with a mail server, in words that a program can act on.
 *
 * <p>A failure says how far the dialogue came ({@code Stage}), what happened ({@code Category}) and what the caller should do
 * ({@code Remedy}). Texts for people are made from these by whoever shows them. What the server said is kept only when the
 * connection is encrypted and the log-in has begun, cleaned and cut, so that nobody can use a refused connection to read banners.
 */
@NullMarked
package dev.mailroom.mailclient.failure;

import org.jspecify.annotations.NullMarked;

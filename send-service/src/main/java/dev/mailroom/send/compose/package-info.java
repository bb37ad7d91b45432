/**
 * Makes the bytes of a message, once: every attempt and the Sent copy use the same ones.
 *
 * <p>{@link dev.mailroom.send.compose.DraftCheck} finds everything that is wrong with a {@link dev.mailroom.send.compose.Draft}, above all
 * CR, LF and NUL where they would start a header or a message of their own. {@link dev.mailroom.send.compose.Composer} builds the MIME with
 * Jakarta Mail, with Message-ID, Date and boundaries given from outside, CRLF line ends, lines below 998 octets, seven bits, and no trace
 * of Bcc.
 */
@NullMarked
package dev.mailroom.send.compose;

import org.jspecify.annotations.NullMarked;

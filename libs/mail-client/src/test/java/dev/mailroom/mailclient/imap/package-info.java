/** Tests of the IMAP session: one contract against several real servers, and scripted servers for everything hostile. */
@NullMarked
package dev.mailroom.mailclient.imap;

import org.jspecify.annotations.NullMarked;

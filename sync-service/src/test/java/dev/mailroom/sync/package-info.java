/** Tests of the whole service against real PostgreSQL, Kafka and IMAP servers. */
@NullMarked
package dev.mailroom.sync;

import org.jspecify.annotations.NullMarked;

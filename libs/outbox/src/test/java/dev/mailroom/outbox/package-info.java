/** Tests on a real PostgreSQL and a real Kafka. */
@NullMarked
package dev.mailroom.outbox;

import org.jspecify.annotations.NullMarked;

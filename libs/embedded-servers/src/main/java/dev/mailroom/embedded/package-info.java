/**
 * PostgreSQL and Kafka on this machine, from the binaries on Maven Central: no Docker, no system package.
 *
 * <p>{@link dev.mailroom.embedded.EmbeddedPostgres} unpacks the server once per machine and runs it as a child process; as root it
 * gives up its rights first, because PostgreSQL refuses to run as root. {@link dev.mailroom.embedded.EmbeddedKafka} runs one broker
 * with its own controller inside this JVM. Both take a folder that is kept, or a temporary one that is gone when the JVM ends, and
 * both come back after {@code kill -9} of everything. A failure that a person can mend is an
 * {@link dev.mailroom.embedded.EmbeddedServerException} whose message is one line.
 */
@NullMarked
package dev.mailroom.embedded;

import org.jspecify.annotations.NullMarked;

/**
 * What the tests of more than one module share; test scope only.
 *
 * <p>{@link dev.mailroom.testkit.MailroomInfrastructure} gives a Quarkus test its PostgreSQL, Kafka and keys; {@link
 * dev.mailroom.testkit.TestPostgres} and {@link dev.mailroom.testkit.TestKafka} give the same servers to any other test. There is one of
 * each per JVM, whichever class loader asks: their addresses are kept in system properties. They are the embedded servers, or containers
 * where a Docker engine answers; {@code MAILROOM_TEST_INFRA} ({@code auto}, {@code embedded}, {@code docker}) decides.
 */
@NullMarked
package dev.mailroom.testkit;

import org.jspecify.annotations.NullMarked;

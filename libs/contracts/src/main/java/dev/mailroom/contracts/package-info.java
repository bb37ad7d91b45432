/**
 * What Mailroom's services say to each other on Kafka.
 *
 * <p>One sealed interface stands for each topic and its records are the events or commands of that topic, so a consumer's
 * {@code switch} is complete or does not compile. {@link dev.mailroom.contracts.EventCatalogue} knows every type;
 * {@link dev.mailroom.contracts.EventCodec} turns a {@link dev.mailroom.contracts.CloudEvent} into a Kafka record (CloudEvents 1.0,
 * binary mode, JSON data in snake_case) and back. Fields are only ever added, as nullable ones: a removed or retyped field
 * fails this module's tests. No record has room for a secret.
 */
@NullMarked
package dev.mailroom.contracts;

import org.jspecify.annotations.NullMarked;

/**
 * The main job in one go, on a stack of its own that is gone afterwards.
 *
 * <p>{@link dev.mailroom.localstack.demo.DemoScript} does through the HTTP interface what a team would do; {@link
 * dev.mailroom.localstack.demo.EventJournal} shows each event as it passes on Kafka and lets the script wait for the one that must come
 * next. Every wait has a bound; what does not come in time is the reason for exit code 1.
 */
@NullMarked
package dev.mailroom.localstack.demo;

import org.jspecify.annotations.NullMarked;

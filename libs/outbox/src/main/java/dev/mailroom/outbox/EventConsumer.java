package dev.mailroom.outbox;

import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventCodec;
import dev.mailroom.contracts.MailroomEvent;
import dev.mailroom.contracts.MalformedEventException;
import dev.mailroom.contracts.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What every {@code @Incoming} method does with its record: decode, run the effect, retry, or give it to the dead letters.
 *
 * <pre>{@code
 * @Incoming("mail-events")
 * Uni<Void> on(ConsumerRecord<String, byte[]> record) {
 *     return events.consume(record, MailEvent.class, event -> transactions.inReactiveTransaction(session ->
 *             inbox.once(session, "rules", event.id(), () -> evaluate(session, event))));
 * }
 * }</pre>
 *
 * <ul>
 *   <li>A malformed record fails the {@link Uni} at once with {@link MalformedEventException}: the channel's dead letter
 *       queue takes it, with the reason in the header {@code dead-letter-reason}.
 *   <li>A type that this version does not know is passed over: a newer writer's.
 *   <li>A failure that says nothing about the event ({@link TransientFailures}: the database is away, a serialization
 *       failure, {@link RetryLaterException}) is retried for ever, at most {@link #RETRY_DELAY_MAX} apart. The channel
 *       waits; the event is never skipped.
 *   <li>Any other failure is tried {@link #ATTEMPTS_MAX} times, then the event goes to the dead letters.
 *   <li>Once the application began to stop, nothing is given up: what fails then may fail because the database is closed
 *       already. The record stays unacknowledged and comes again.
 * </ul>
 *
 * <p>Each try runs on the Vert.x context of the caller, so that Hibernate Reactive accepts it. The settings of a
 * channel, here {@code mail-events}:
 *
 * <pre>
 * mp.messaging.incoming.mail-events.connector=smallrye-kafka
 * mp.messaging.incoming.mail-events.topic=mailroom.mail.events
 * mp.messaging.incoming.mail-events.group.id=rules
 * mp.messaging.incoming.mail-events.auto.offset.reset=earliest
 * mp.messaging.incoming.mail-events.key.deserializer=org.apache.kafka.common.serialization.StringDeserializer
 * mp.messaging.incoming.mail-events.value.deserializer=org.apache.kafka.common.serialization.ByteArrayDeserializer
 * mp.messaging.incoming.mail-events.failure-strategy=dead-letter-queue
 * mp.messaging.incoming.mail-events.dead-letter-queue.topic=mailroom.mail.events.dlq
 * # an event that is retried for an hour is no reason to stop the channel
 * mp.messaging.incoming.mail-events.throttled.unprocessed-record-max-age.ms=0
 * # Kafka being away must not take the HTTP side out of service
 * mp.messaging.incoming.mail-events.health-readiness-enabled=false
 * </pre>
 */
@Singleton
public class EventConsumer {
    /** Tries of an event that fails for a reason of its own, the first included. */
    public static final int ATTEMPTS_MAX = 5;

    /** The first wait before another try; it doubles up to {@link #RETRY_DELAY_MAX}. */
    public static final Duration RETRY_DELAY_MIN = Duration.ofMillis(100);

    /** The longest wait before another try. */
    public static final Duration RETRY_DELAY_MAX = Duration.ofSeconds(5);

    private static final Logger LOG = Logger.getLogger(EventConsumer.class);
    private static final int DOUBLINGS_MAX = 16;

    private final MeterRegistry metrics;
    private volatile boolean stopping;

    @Inject
    public EventConsumer(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    /** Before anything that an effect needs is closed. */
    void stop(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) ShutdownEvent event) {
        stopping = true;
    }

    /**
     * Decodes a record and runs the effect, as the class says.
     *
     * @param expected the sealed interface of the topic; {@link MailroomEvent} for a channel with several topics
     * @param effect called again for each try, on the Vert.x context of the caller; must be all or nothing (one
     *     transaction) and idempotent ({@link Inbox}, {@link PgInbox})
     */
    public <T extends MailroomEvent> Uni<Void> consume(
            ConsumerRecord<String, byte[]> record, Class<T> expected, Function<CloudEvent<T>, Uni<Void>> effect) {
        return Uni.createFrom().deferred(() -> {
            CloudEvent<T> event;
            try {
                event = decode(record, expected);
            } catch (MalformedEventException e) {
                count("mailroom.events.malformed", record.topic());
                LOG.warnf(
                        "topic=%s partition=%d offset=%d malformed: %s",
                        record.topic(), record.partition(), record.offset(), e.getMessage());
                return Uni.createFrom().failure(e);
            }
            if (event == null) {
                count("mailroom.events.skipped", record.topic());
                return Uni.createFrom().voidItem();
            }
            return attempts(record.topic(), event, effect);
        });
    }

    /**
     * The event of a record, or null for a type that this version does not know.
     *
     * @throws MalformedEventException if it is not what its topic promises
     */
    public static <T extends MailroomEvent> @Nullable CloudEvent<T> decode(
            ConsumerRecord<String, byte[]> record, Class<T> expected) {
        CloudEvent<T> event = EventCodec.read(expected, name -> headerOf(record, name), record.value());
        if (event == null) {
            return null;
        }
        if (!event.partitionKey().equals(record.key())) {
            throw new MalformedEventException("the key of the record and the key of the data differ");
        }
        if (Topics.ALL.contains(record.topic()) && !event.topic().equals(record.topic())) {
            throw new MalformedEventException("type " + event.type() + " does not belong to this topic");
        }
        return event;
    }

    private static byte @Nullable [] headerOf(ConsumerRecord<String, byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : header.value();
    }

    private <T extends MailroomEvent> Uni<Void> attempts(
            String topic, CloudEvent<T> event, Function<CloudEvent<T>, Uni<Void>> effect) {
        Tries tries = new Tries(topic, event.id(), event.type());
        Uni<Void> attempt = onCallersContext(Uni.createFrom().deferred(() -> effect.apply(event)));
        return attempt.onFailure(tries::again)
                .retry()
                .when(failures -> failures.onItem()
                        .transformToUniAndConcatenate(failure -> Uni.createFrom()
                                .item(failure)
                                .onItem()
                                .delayIt()
                                .by(tries.delay())))
                .onFailure()
                .transform(tries::givenUp)
                .invoke(() -> count("mailroom.events.consumed", topic));
    }

    /** A retry is started by a timer's thread; Hibernate Reactive wants the context it had. */
    private static Uni<Void> onCallersContext(Uni<Void> attempt) {
        Context context = Vertx.currentContext();
        return context == null
                ? attempt
                : attempt.runSubscriptionOn(command -> context.runOnContext(_ -> command.run()));
    }

    private void count(String name, String topic) {
        metrics.counter(name, "topic", topic).increment();
    }

    /** The tries of one event. Used by one subscription, whose signals come one after the other. */
    private final class Tries {
        private final String topic;
        private final UUID event;
        private final String type;
        private int transients;
        private int others;

        private Tries(String topic, UUID event, String type) {
            this.topic = topic;
            this.event = event;
            this.type = type;
        }

        private boolean again(Throwable failure) {
            if (failure instanceof MalformedEventException) {
                return false;
            }
            boolean away = TransientFailures.isTransient(failure);
            int tried = away ? ++transients : ++others;
            if (!away && tried >= ATTEMPTS_MAX && !stopping) {
                return false;
            }
            count("mailroom.events.retried", topic);
            // Words of a database's error can quote a row, so they stay below the default level.
            LOG.warnf(
                    "topic=%s eventId=%s type=%s failed, try %d: %s",
                    topic, event, type, tried, TransientFailures.nameOf(failure));
            LOG.debugf(failure, "eventId=%s", event);
            return true;
        }

        private Duration delay() {
            if (stopping) {
                // Little time is left to succeed.
                return RETRY_DELAY_MIN;
            }
            int doublings = Math.min(Math.max(transients + others - 1, 0), DOUBLINGS_MAX);
            Duration delay = RETRY_DELAY_MIN.multipliedBy(1L << doublings);
            return delay.compareTo(RETRY_DELAY_MAX) < 0 ? delay : RETRY_DELAY_MAX;
        }

        private Throwable givenUp(Throwable failure) {
            if (failure instanceof MalformedEventException) {
                count("mailroom.events.malformed", topic);
                return failure;
            }
            count("mailroom.events.failed", topic);
            LOG.errorf(
                    "topic=%s eventId=%s type=%s given to the dead letters: %s",
                    topic, event, type, TransientFailures.nameOf(failure));
            return new PoisonEventException(event, type, TransientFailures.nameOf(failure));
        }
    }
}

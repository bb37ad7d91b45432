package dev.mailroom.outbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import net.jpountz.util.Native;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends a batch and waits until Kafka has it: {@code acks=all}, idempotent.
 *
 * <p><b>Why the delivery time-out is practically infinite.</b> The order of a key holds as long as the producer keeps
 * every unacknowledged record in its buffer and sends them in sequence. With a finite {@code delivery.timeout.ms} an
 * outage expires the oldest record first, while a later one of the same key, which came into the buffer a moment after,
 * is still alive when the broker returns and passes it. So nothing expires: an outage of any length is one long wait,
 * the rows stay, and the buffer is bounded because only one batch is in flight.
 *
 * <p>Used by the relay's thread only.
 */
final class RelaySender implements AutoCloseable {
    /**
     * How long a send waits to learn where a topic is before the topic is left alone for a while. Short, because the other
     * topics wait with it.
     */
    private static final Duration METADATA_WAIT_MAX = Duration.ofSeconds(1);

    /** Two batches of {@link RelaySettings#BATCH_MAX_BYTES} and their envelopes. */
    private static final long BUFFER_MAX_BYTES = 48L * 1024 * 1024;

    private static final Duration LEAD_CHECK_INTERVAL = Duration.ofMillis(100);

    private static final Logger LOG = Logger.getLogger(RelaySender.class);

    /**
     * Bytes of one record batch. An import sends megabytes to one partition: small batches are a request each. Well below the 1 MiB that
     * a broker takes by default.
     */
    private static final int BATCH_BYTES = 256 * 1024;

    static {
        loadNativeCompression();
    }

    /**
     * Kafka's LZ4 is several times slower in Java. The library loads its native part by itself only below the system class loader, and in
     * a Quarkus application it lies below another one.
     */
    private static void loadNativeCompression() {
        try {
            Native.load();
        } catch (LinkageError | RuntimeException notHere) {
            // A file system that nothing may be run from, a processor that it was not built for: then it is done in
            // Java.
            LOG.infof("LZ4 is done in Java: %s", notHere.getMessage());
        }
    }

    /**
     * What became of a batch.
     *
     * @param sent ids that all in-sync replicas have
     * @param poison rows that Kafka refuses for a reason of their own
     * @param refused topics that take nothing at the moment, with the reason
     */
    record Outcome(List<Long> sent, List<Poison> poison, Map<String, String> refused) {}

    /** Asked before each record and while Kafka is waited for. */
    @FunctionalInterface
    interface Vigil {
        /** @throws LeadLostException if another replica may be sending by now */
        void keep() throws InterruptedException;
    }

    /** A row that Kafka refuses for a reason of its own. */
    record Poison(OutboxRow row, String reason) {}

    private final Map<String, Object> settings;
    private final AtomicLong answers = new AtomicLong();
    private @Nullable Producer<String, byte[]> producer;

    /** @param connection {@code bootstrap.servers} and security; what concerns delivery is set here */
    RelaySender(Map<String, Object> connection) {
        settings = new HashMap<>(connection);
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
        settings.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, METADATA_WAIT_MAX.toMillis());
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_MAX_BYTES);
        settings.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 1);
        settings.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        settings.putIfAbsent(ProducerConfig.CLIENT_ID_CONFIG, "outbox-relay");
        settings.putIfAbsent(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
    }

    /**
     * Sends the rows in order and waits, for ever if need be, until each has an outcome.
     *
     * @throws LeadLostException if the lead was: the rows are the next leader's
     */
    Outcome send(List<OutboxRow> rows, Vigil vigil) throws InterruptedException {
        AtomicReferenceArray<@Nullable Exception> failures = new AtomicReferenceArray<>(rows.size());
        CountDownLatch open = new CountDownLatch(rows.size());
        Set<String> refusedNow = new HashSet<>();
        boolean[] skipped = new boolean[rows.size()];
        for (int i = 0; i < rows.size(); i++) {
            OutboxRow row = rows.get(i);
            if (refusedNow.contains(row.topic())) {
                // Behind a record that was refused at once: sent now it would be before it.
                skipped[i] = true;
                open.countDown();
                continue;
            }
            vigil.keep();
            Exception atOnce = sendOne(row, i, failures, open);
            if (atOnce != null && !isPoison(atOnce)) {
                refusedNow.add(row.topic());
            }
        }
        while (!open.await(LEAD_CHECK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
            vigil.keep();
        }
        return outcome(rows, failures, skipped);
    }

    /** @return why Kafka refused it at once, null if it is on its way */
    private @Nullable Exception sendOne(
            OutboxRow row, int index, AtomicReferenceArray<@Nullable Exception> failures, CountDownLatch open)
            throws InterruptedException {
        // The producer reports some failures by the callback, some by an exception, on this thread in both cases.
        boolean[] called = new boolean[1];
        Thread caller = Thread.currentThread();
        try {
            producer().send(row.toRecord(), (_, failure) -> {
                if (Thread.currentThread() == caller) {
                    called[0] = true;
                }
                noteAnswer(failure);
                failures.set(index, failure);
                open.countDown();
            });
        } catch (InterruptException e) {
            Thread.interrupted();
            throw new InterruptedException("interrupted in send");
        } catch (KafkaException | IllegalStateException e) {
            if (!called[0]) {
                noteAnswer(e);
                failures.set(index, e);
                open.countDown();
            }
            return e;
        }
        return called[0] ? failures.get(index) : null;
    }

    /** How often Kafka has said something about a record, whatever it was. Grows while {@link #send} waits. */
    long answers() {
        return answers.get();
    }

    private void noteAnswer(@Nullable Exception failure) {
        if (failure == null || isAnswer(failure)) {
            answers.incrementAndGet();
        }
    }

    /** A topic that is not there makes the producer wait in vain as a broker that is away does; what was said of the topic is the cause. */
    private static boolean isAnswer(Exception failure) {
        return isPoison(failure)
                || failure instanceof TopicAuthorizationException
                || (failure instanceof TimeoutException && failure.getCause() instanceof ApiException);
    }

    /** Whether Kafka says something about a topic; waits for it for a second at most. */
    boolean reaches(String topic) throws InterruptedException {
        try {
            producer().partitionsFor(topic);
            return true;
        } catch (InterruptException e) {
            Thread.interrupted();
            throw new InterruptedException("interrupted while Kafka was looked for");
        } catch (KafkaException | IllegalStateException failure) {
            return isAnswer(failure);
        }
    }

    private Outcome outcome(
            List<OutboxRow> rows, AtomicReferenceArray<@Nullable Exception> failures, boolean[] skipped) {
        List<Long> sent = new ArrayList<>(rows.size());
        List<Poison> poison = new ArrayList<>();
        Map<String, String> refused = new HashMap<>();
        boolean renew = false;
        for (int i = 0; i < rows.size(); i++) {
            OutboxRow row = rows.get(i);
            Exception failure = failures.get(i);
            if (skipped[i]) {
                continue;
            }
            if (failure == null) {
                sent.add(row.id());
            } else if (isPoison(failure)) {
                poison.add(new Poison(row, failure.getClass().getSimpleName() + ": " + failure.getMessage()));
            } else {
                refused.put(row.topic(), failure.getClass().getSimpleName());
                renew |= !(failure instanceof TopicAuthorizationException || failure instanceof TimeoutException);
            }
        }
        if (renew) {
            // Some failures (authentication, sequence numbers) are a producer's for life.
            close();
        }
        return new Outcome(sent, poison, refused);
    }

    /** Whether the same record will be refused again whatever the state of the cluster. */
    private static boolean isPoison(Exception failure) {
        return failure instanceof RecordTooLargeException
                || failure instanceof RecordBatchTooLargeException
                || failure instanceof InvalidRecordException
                || failure instanceof InvalidTimestampException
                || failure instanceof InvalidTopicException
                || failure instanceof SerializationException;
    }

    private Producer<String, byte[]> producer() {
        Producer<String, byte[]> current = producer;
        if (current == null) {
            current = new KafkaProducer<>(settings);
            producer = current;
        }
        return current;
    }

    /**
     * Drops what is in flight and ends the producer.
     *
     * <p>After a change of leader two replicas may for a moment send the same rows. Each sends in order and begins at the
     * oldest row that is not yet deleted, so the first occurrence of every event is in order, and later ones are
     * repeats of a known id. What is in flight is dropped so that few of them come.
     */
    @Override
    public void close() {
        Producer<String, byte[]> current = producer;
        producer = null;
        if (current != null) {
            boolean interrupted = Thread.interrupted();
            try {
                current.close(Duration.ZERO);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Like {@link #close}, without waiting: a producer that does not reach Kafka may take seconds to end. */
    void abandon() {
        Producer<String, byte[]> current = producer;
        producer = null;
        if (current != null) {
            Thread.ofPlatform().daemon().name("outbox-relay-end").start(() -> current.close(Duration.ZERO));
        }
    }

    /** Another replica may be sending by now. */
    static final class LeadLostException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LeadLostException() {
            super("the connection that holds the lock is lost, or this replica was frozen");
        }
    }
}

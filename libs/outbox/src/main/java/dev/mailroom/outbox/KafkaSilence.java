package dev.mailroom.outbox;

import java.time.Duration;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What follows when Kafka says nothing to the replica that leads, while events wait: another one gets the lead, if there is one that does
 * not say of itself that it does not reach Kafka. Used by the relay's thread only.
 */
final class KafkaSilence {
    private static final Logger LOG = Logger.getLogger(KafkaSilence.class);

    /** Polls for which who has given the lead away does not take it back: another one finds it free. */
    private static final int STAND_BACK_POLLS = 3;

    /** How often the time without a word doubles that is borne before the lead is given away again. */
    private static final int DOUBLINGS_MAX = 4;

    private final RelaySettings settings;
    private final Map<String, Object> kafka;
    private int givenAway;
    private @Nullable String unpublished;
    private @Nullable String waiting;
    private long answers;
    private long since;
    private long nextSearch = System.nanoTime();

    KafkaSilence(RelaySettings settings, Map<String, Object> kafka) {
        this.settings = settings;
        this.kafka = kafka;
    }

    /** This replica leads from now on. */
    void leads() {
        waiting = null;
        answers = 0;
    }

    /** An event of the topic is sent. */
    void sends(String topic) {
        if (waiting == null) {
            since = System.nanoTime();
        }
        waiting = topic;
    }

    /** No event waits. */
    void nothingWaits() {
        waiting = null;
    }

    /**
     * To be asked while events wait. What is in flight is dropped with the lead; the next leader begins with it, under the same ids.
     *
     * @throws LeadGivenAwayException if it has been long, and another replica may do better
     */
    void requireShort(RelayConnection connection, RelaySender sender) throws InterruptedException {
        long now = System.nanoTime();
        if (sender.answers() != answers) {
            answers = sender.answers();
            since = now;
            givenAway = 0;
        }
        Duration borne = settings.publishSilenceMax().multipliedBy(1L << Math.min(givenAway, DOUBLINGS_MAX));
        if (waiting == null || now - since < borne.toNanos() || now - nextSearch < 0) {
            return;
        }
        nextSearch = now + settings.pollInterval().toNanos();
        if (connection.othersReachKafka()) {
            givenAway++;
            unpublished = waiting;
            sender.abandon();
            throw new LeadGivenAwayException();
        }
    }

    /** To be closed when this replica leads, or its connection is lost. */
    StandBy standBy(RelayConnection connection) throws InterruptedException {
        return new StandBy(connection);
    }

    /** The time in which this replica does not lead. */
    final class StandBy implements AutoCloseable {
        private final RelayConnection connection;
        private final @Nullable RelaySender probe;
        private final long back = System.nanoTime()
                + settings.pollInterval().multipliedBy(STAND_BACK_POLLS).toNanos();

        private StandBy(RelayConnection connection) throws InterruptedException {
            this.connection = connection;
            this.probe = unpublished == null ? null : new RelaySender(kafka);
            if (unpublished != null) {
                connection.reachesKafka(false);
            }
        }

        /** Whether it may try to lead. Somebody has to: where nobody reaches Kafka it may be the one that comes first. */
        boolean mayLead() throws InterruptedException {
            String topic = unpublished;
            if (probe == null) {
                return true;
            }
            connection.proveLife();
            if (topic != null && probe.reaches(topic)) {
                unpublished = null;
                connection.reachesKafka(true);
                LOG.info("this replica reaches Kafka again");
            }
            return System.nanoTime() - back >= 0;
        }

        @Override
        public void close() {
            if (probe != null) {
                probe.abandon();
            }
        }
    }

    /** This replica does not reach Kafka, and another one may. */
    static final class LeadGivenAwayException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LeadGivenAwayException() {
            super("Kafka says nothing to this replica, and there is another one");
        }
    }
}

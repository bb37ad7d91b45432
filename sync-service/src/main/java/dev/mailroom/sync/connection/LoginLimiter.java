package dev.mailroom.sync.connection;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * A token bucket for each host, so that a start, a hand-over or an outage does not become a storm of log-ins. Safe for many threads.
 *
 * <p>The pace holds for all replicas together: each takes the part of it that it has of the accounts. A host that refuses several accounts
 * because there are too many of us gets half of the pace, again and again down to {@link LoginLine#SLOWEST}; time without refusals gives it
 * back, and each log-in that succeeds a little of it.
 *
 * <p>Readers, for whom somebody waits, do not stand behind the sessions: they have a line of their own, with {@link #READERS_PART} of the
 * pace, which sessions have that much less of when readers come. What the host says to sessions does not slow readers down.
 */
final class LoginLimiter {
    /** Of the pace of a host, what readers may have of it. */
    static final double READERS_PART = 0.4;

    /** Readers at once after a quiet time. */
    static final int READERS_BURST = 4;

    /** Hosts that are remembered; when there are more, those that are full again are forgotten. */
    private static final int HOSTS_MAX = 10_000;

    /** A replica that has next to nothing can still log in. */
    private static final double SHARE_MIN = 1.0 / 64;

    /** Readers ask any replica, whatever it has of the accounts. */
    private static final double READERS_SHARE_MIN = 1.0 / 4;

    private final double perSecond;
    private final int burst;
    private final DoubleSupplier share;
    private final LongSupplier nanos;
    private final Pause pause;
    private final Map<String, Host> hosts = new ConcurrentHashMap<>();

    /** Lets time go by. */
    interface Pause {
        void sleep(Duration duration) throws InterruptedException;
    }

    /**
     * A limiter.
     *
     * @param perSecond log-ins to one host from all replicas
     * @param burst log-ins at once after a quiet time
     * @param share of all accounts that are this replica's, 0 to 1
     */
    LoginLimiter(double perSecond, int burst, DoubleSupplier share, LongSupplier nanos, Pause pause) {
        if (perSecond <= 0 || burst < 1) {
            throw new IllegalArgumentException("a limiter lets something through");
        }
        this.perSecond = perSecond;
        this.burst = burst;
        this.share = share;
        this.nanos = nanos;
        this.pause = pause;
    }

    /** A place in a line; it is given back if it is not needed, else the log-in may happen when nothing is left of the wait. */
    interface Turn {
        Duration left();

        void giveBack();
    }

    /**
     * Waits for a turn.
     *
     * @throws NoTurnException when it does not come within that patience, as soon as that is known
     */
    void await(String host, Patience patience) throws InterruptedException, NoTurnException {
        Turn turn = patience instanceof Patience.Reader ? queueReader(host) : queue(host);
        long began = nanos.getAsLong();
        boolean come = false;
        try {
            for (Duration left = turn.left(); left.isPositive(); left = turn.left()) {
                if (!waits(patience, left.plusNanos(nanos.getAsLong() - began))) {
                    throw new NoTurnException(left);
                }
                pause.sleep(left.compareTo(Patience.LOOK_INTERVAL) < 0 ? left : Patience.LOOK_INTERVAL);
            }
            come = true;
        } finally {
            if (!come) {
                turn.giveBack();
            }
        }
    }

    private static boolean waits(Patience patience, Duration inAll) {
        return switch (patience) {
            case Patience.Reader reader -> inAll.compareTo(reader.max()) <= 0;
            case Patience.Background background -> background.goesOn().getAsBoolean();
        };
    }

    /** The next place in the line of sessions and imports. */
    Turn queue(String host) {
        return host(host).queue();
    }

    /** The next place of a reader. */
    Turn queueReader(String host) {
        return host(host).queueReader();
    }

    /** The host said that there are too many of us. */
    void refused(String host, UUID account, Patience patience) {
        host(host).refused(account, patience instanceof Patience.Reader);
    }

    /** The host let us in. */
    void accepted(String host) {
        host(host).accepted();
    }

    private Host host(String host) {
        if (hosts.size() > HOSTS_MAX) {
            hosts.values().removeIf(Host::isFull);
        }
        return hosts.computeIfAbsent(host, name -> new Host());
    }

    private double shareNow(double least) {
        return Math.clamp(share.getAsDouble(), least, 1);
    }

    private final class Host {
        private final LoginLine sessions = new LoginLine(
                () -> perSecond * shareNow(SHARE_MIN),
                () -> Math.max(1, burst * shareNow(SHARE_MIN)),
                nanos.getAsLong());
        private final LoginLine readers = new LoginLine(
                () -> perSecond * READERS_PART * shareNow(READERS_SHARE_MIN), () -> READERS_BURST, nanos.getAsLong());

        private synchronized Turn queue() {
            return new Place(sessions, 0);
        }

        private synchronized Turn queueReader() {
            if (sessions.isFree(nanos.getAsLong())) {
                return new Place(sessions, 0);
            }
            // As much as leaves the sessions their part, however slow they have become.
            double cost = READERS_PART * sessions.rate() / (perSecond * READERS_PART * shareNow(READERS_SHARE_MIN));
            return new Place(readers, Math.min(1, cost));
        }

        private synchronized void refused(UUID account, boolean reader) {
            sessions.refused(account, nanos.getAsLong());
            if (reader) {
                readers.refused(account, nanos.getAsLong());
            }
        }

        private synchronized void accepted() {
            sessions.accepted(nanos.getAsLong());
            readers.accepted(nanos.getAsLong());
        }

        private synchronized boolean isFull() {
            return sessions.isFull(nanos.getAsLong()) && readers.isFull(nanos.getAsLong());
        }

        private final class Place implements Turn {
            private final LoginLine line;
            private final double number;
            private final double cost;

            /** @param cost turns of the sessions that it uses up without standing in their line */
            private Place(LoginLine line, double cost) {
                this.line = line;
                this.cost = cost;
                this.number = line.take(nanos.getAsLong());
                sessions.add(-cost);
            }

            @Override
            public Duration left() {
                synchronized (Host.this) {
                    return line.left(number, nanos.getAsLong());
                }
            }

            @Override
            public void giveBack() {
                synchronized (Host.this) {
                    line.add(1);
                    sessions.add(cost);
                }
            }
        }
    }
}

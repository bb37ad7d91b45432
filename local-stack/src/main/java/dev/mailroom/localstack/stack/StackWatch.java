package dev.mailroom.localstack.stack;

import dev.mailroom.localstack.terminal.Terminal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Starts services again when they end on their own, a little later each time. */
final class StackWatch implements AutoCloseable {

    private static final Duration BACKOFF_MIN = Duration.ofSeconds(1);
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(30);
    private static final Duration STEADY = Duration.ofMinutes(1);
    private static final Duration SERVERS_EVERY = Duration.ofSeconds(2);

    private final List<ServiceProcess> services;
    private final Runnable changed;
    private final Terminal terminal;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("stack-watch").factory());
    private volatile boolean restarting;
    private volatile boolean closed;

    /** @param changed called when a service has another process */
    StackWatch(List<ServiceProcess> services, Runnable changed, Terminal terminal) {
        this.services = List.copyOf(services);
        this.changed = changed;
        this.terminal = terminal;
    }

    void startServices() {
        services.forEach(service -> start(service, BACKOFF_MIN));
    }

    /** From now on what ends is started again; before, the end of a service is the end of the start. */
    void keepRunning(Runnable mendServers) {
        restarting = true;
        timer.scheduleWithFixedDelay(
                () -> guarded(mendServers), SERVERS_EVERY.toMillis(), SERVERS_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void start(ServiceProcess service, Duration backoff) {
        long begin = System.nanoTime();
        service.start().onExit().thenAccept(ended -> {
            service.dismissWatchdog();
            if (!restarting || closed) {
                return;
            }
            boolean steady = System.nanoTime() - begin > STEADY.toNanos();
            Duration wait = steady ? BACKOFF_MIN : backoff;
            terminal.line(service.name().service() + " ended with code " + ended.exitValue() + " (see " + service.log()
                    + "); starting it again in " + wait.toSeconds() + " s");
            timer.schedule(
                    () -> guarded(() -> {
                        if (!closed) {
                            start(service, doubled(wait));
                            changed.run();
                        }
                    }),
                    wait.toMillis(),
                    TimeUnit.MILLISECONDS);
        });
    }

    static Duration doubled(Duration wait) {
        Duration twice = wait.multipliedBy(2);
        return twice.compareTo(BACKOFF_MAX) > 0 ? BACKOFF_MAX : twice;
    }

    /** A timer that throws once never comes again. */
    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            terminal.line("mailroom: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
    }
}

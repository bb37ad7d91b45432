package dev.mailroom.outbox;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A relay in a process of its own, which ends without any clean-up when a step is done for the n-th time. */
final class CrashingRelay {
    static final int CRASHED = 42;

    private CrashingRelay() {}

    /** Starts it on the servers of {@link RelayStack}. */
    static Process start(String database, Failpoint.Step crashAt, int times) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("surefire.real.class.path", System.getProperty("java.class.path")),
                        CrashingRelay.class.getName(),
                        RelayStack.POSTGRES.reactiveUrl(database),
                        database,
                        RelayStack.KAFKA.bootstrapServers(),
                        crashAt.name(),
                        Integer.toString(times))
                .inheritIO()
                .start();
    }

    /** @param args reactive URL, user, bootstrap servers, step, n */
    public static void main(String[] args) {
        Failpoint.Step crashAt = Failpoint.Step.valueOf(args[3]);
        AtomicInteger left = new AtomicInteger(Integer.parseInt(args[4]));
        RelaySettings quick = RelayStack.quick();
        RelaySettings smallBatches = RelayStack.quick(quick.pollInterval(), 20, quick.publishSilenceMax());
        new OutboxRelay(
                        RelayPool.of(args[0], args[1]),
                        Map.of("bootstrap.servers", args[2]),
                        smallBatches,
                        new SimpleMeterRegistry(),
                        Clock.systemUTC(),
                        step -> {
                            if (step == crashAt && left.decrementAndGet() == 0) {
                                Runtime.getRuntime().halt(CRASHED);
                            }
                        })
                .start();
    }
}

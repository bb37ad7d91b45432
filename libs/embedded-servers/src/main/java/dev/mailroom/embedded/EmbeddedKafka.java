package dev.mailroom.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka broker with its own controller (KRaft) inside this JVM, on 127.0.0.1, started by its factory method.
 *
 * <p>Records survive {@link #stop} and {@code kill -9} of the JVM; only a loss of power can take what the operating system has not
 * written yet. Topics are not made by use: {@link #createTopics} makes them.
 *
 * <p>Thread safe.
 */
public final class EmbeddedKafka implements AutoCloseable {

    private static final int START_ATTEMPTS_MAX = 5;
    private static final Duration ADMIN_MAX = Duration.ofSeconds(60);

    private final FolderLock lock;
    private final Path folder;
    private final boolean temporary;
    private final Map<Integer, Integer> detours;
    private final Thread closeAtExit;
    private int port;
    private @Nullable KafkaRaftServer server;
    private boolean closed;

    private EmbeddedKafka(Path folder, boolean temporary, Map<Integer, Integer> detours) {
        this.detours = Map.copyOf(detours);
        this.lock = FolderLock.take(folder, "server.lock");
        this.folder = folder;
        this.temporary = temporary;
        this.closeAtExit = new Thread(this::stopForGood, "embedded-kafka-close");
        Runtime.getRuntime().addShutdownHook(closeAtExit);
    }

    /**
     * Starts a broker whose data is gone when it is closed, on a free port.
     *
     * @throws EmbeddedServerException if it cannot be started here
     */
    public static EmbeddedKafka temporary() {
        return temporary(Map.of());
    }

    /**
     * Starts a broker like {@link #temporary()} that some clients reach by a detour, of which they are told to come back.
     *
     * @param detours free ports that the broker listens on as well, each with the port that its clients are told: that of a proxy
     */
    public static EmbeddedKafka temporary(Map<Integer, Integer> detours) {
        try {
            return open(Files.createTempDirectory("mailroom-kafka"), 0, true, detours);
        } catch (IOException e) {
            throw new EmbeddedServerException("no temporary folder could be made: " + e.getMessage(), e);
        }
    }

    /**
     * Starts a broker on a folder that is kept, and sets the folder up at the first start.
     *
     * @param folder made if absent; belongs to this broker alone
     * @param port 1..65535, or 0 for a free one
     * @throws PortTakenException if somebody listens on the port
     * @throws EmbeddedServerException if the folder is in use or cannot be written, or the broker does not start
     */
    public static EmbeddedKafka persistent(Path folder, int port) {
        return open(folder, port, false, Map.of());
    }

    private static EmbeddedKafka open(Path folder, int port, boolean temporary, Map<Integer, Integer> detours) {
        KafkaLogging.quiet();
        var kafka = new EmbeddedKafka(folder, temporary, detours);
        try {
            kafka.startSomewhere(port);
            return kafka;
        } catch (RuntimeException e) {
            kafka.close();
            throw e;
        }
    }

    private synchronized void startSomewhere(int wantedPort) {
        for (int attempt = 1; ; attempt++) {
            port = wantedPort == 0 ? LoopbackPorts.free() : wantedPort;
            try {
                start();
                return;
            } catch (PortTakenException e) {
                if (wantedPort != 0 || attempt == START_ATTEMPTS_MAX) {
                    throw e;
                }
            }
        }
    }

    /** {@code 127.0.0.1:PORT}, the same after {@link #stop} and {@link #start}. */
    public synchronized String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** The port that clients connect to. */
    public synchronized int port() {
        return port;
    }

    /** Whether the broker has been started and not stopped. */
    public synchronized boolean isRunning() {
        return server != null;
    }

    /** Starts the broker again on the same port after {@link #stop}; does nothing while it runs. */
    public synchronized void start() {
        if (server != null) {
            return;
        }
        LoopbackPorts.requireFree("Kafka", port);
        KafkaRaftServer starting = null;
        try {
            Path data = folder.resolve("data");
            formatUnlessDone(data);
            starting = new KafkaRaftServer(
                    new KafkaConfig(KafkaSettings.of(data, port, LoopbackPorts.free(), detours, temporary)),
                    Time.SYSTEM);
            starting.startup();
            server = starting;
        } catch (Exception e) {
            if (starting != null) {
                starting.shutdown();
                starting.awaitShutdown();
            }
            throw startFailure(e);
        }
    }

    private EmbeddedServerException startFailure(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = Optional.ofNullable(cause.getMessage()).orElse("");
            if (message.contains("Address already in use") || message.contains("Socket server failed to bind")) {
                return new PortTakenException("Kafka", port);
            }
        }
        return new EmbeddedServerException("Kafka does not start: " + failure.getMessage(), failure);
    }

    private static void formatUnlessDone(Path data) throws Exception {
        if (Files.exists(data.resolve("meta.properties"))) {
            return;
        }
        // Formatting that was interrupted leaves a folder without meta.properties, which Kafka would not take.
        Folders.deleteIfExists(data);
        Files.createDirectories(data);
        new Formatter()
                .setNodeId(KafkaSettings.NODE_ID)
                .setClusterId(Uuid.randomUuid().toString())
                .setControllerListenerName(KafkaSettings.CONTROLLER)
                .setMetadataLogDirectory(data.toString())
                .setDirectories(List.of(data.toString()))
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setPrintStream(new java.io.PrintStream(java.io.OutputStream.nullOutputStream()))
                .run();
    }

    /**
     * Makes the topics that are not there yet; a topic that is there stays as it is.
     *
     * @throws EmbeddedServerException if the broker does not answer within a minute, or refuses
     */
    public void createTopics(Map<String, TopicSpec> topics) {
        var settings = new Properties();
        settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
        try (var admin = Admin.create(settings)) {
            var wanted = topics.entrySet().stream()
                    .map(topic -> new NewTopic(
                                    topic.getKey(), Optional.of(topic.getValue().partitions()), Optional.empty())
                            .configs(topic.getValue().settings()))
                    .toList();
            for (var result : admin.createTopics(wanted).values().entrySet()) {
                awaitCreated(result.getKey(), result.getValue());
            }
        }
    }

    private static void awaitCreated(String topic, org.apache.kafka.common.KafkaFuture<Void> created) {
        try {
            created.get(ADMIN_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new EmbeddedServerException("topic " + topic + " could not be made: " + e.getMessage(), e);
            }
        } catch (TimeoutException e) {
            throw new EmbeddedServerException(
                    "topic " + topic + " was not made within " + ADMIN_MAX.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedServerException("interrupted while topic " + topic + " was made", e);
        }
    }

    /** Stops the broker; its records and its port stay for {@link #start}. */
    public synchronized void stop() {
        if (server != null) {
            server.shutdown();
            server.awaitShutdown();
            server = null;
        }
    }

    /** Leaves it to the caller to close this before the JVM ends: for those who stop several things in an order. */
    public void keepUntilClosed() {
        Runtime.getRuntime().removeShutdownHook(closeAtExit);
    }

    /** Stops the broker for good; a temporary one deletes its folder. Closing twice is allowed. */
    @Override
    public void close() {
        stopForGood();
        try {
            Runtime.getRuntime().removeShutdownHook(closeAtExit);
        } catch (IllegalStateException e) {
            // The JVM is going down and the hook runs anyway: there is nothing left to remove.
            return;
        }
    }

    private synchronized void stopForGood() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            stop();
            if (temporary) {
                Folders.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw new EmbeddedServerException("the temporary folder could not be deleted: " + e.getMessage(), e);
        } finally {
            lock.close();
        }
    }
}

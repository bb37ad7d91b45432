package dev.mailroom.embedded;

import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Kafka tells at INFO what only its developers read, and warns about ordinary starts and stops of a broker that is alone. */
final class KafkaLogging {

    // Held here because the log manager keeps loggers weakly: a collected logger would forget its level.
    private static final Map<Logger, Level> LEVELS = Map.of(
            Logger.getLogger("org.apache.kafka"), Level.WARNING,
            Logger.getLogger("kafka"), Level.WARNING,
            Logger.getLogger("state.change.logger"), Level.SEVERE,
            Logger.getLogger("org.apache.kafka.clients.NetworkClient"), Level.SEVERE,
            Logger.getLogger("org.apache.kafka.controller.QuorumController"), Level.SEVERE);

    private KafkaLogging() {}

    static void quiet() {
        LEVELS.forEach(Logger::setLevel);
    }
}

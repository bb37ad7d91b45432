package dev.mailroom.localstack.terminal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.FileHandler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Keeps the libraries of this JVM from talking over the command's own output. */
public final class QuietLogging {

    private static final int LOG_MAX_BYTES = 10 << 20;
    private static final int LOG_FILES = 2;
    private static final String FORMAT = "java.util.logging.SimpleFormatter.format";

    // Held here because the log manager keeps loggers weakly: a collected logger would forget its level.
    private static final Logger ROOT = Logger.getLogger("");
    private static final List<Logger> BROKER = List.of(
            Logger.getLogger("kafka"), Logger.getLogger("org.apache.kafka"), Logger.getLogger("state.change.logger"));

    private QuietLogging() {}

    /** Lets only severe things through, and makes Log4j's API, which Kafka uses, speak through the same door. */
    public static void install() {
        System.setProperty("log4j2.loggerContextFactory", "org.apache.logging.slf4j.SLF4JLoggerContextFactory");
        ROOT.setLevel(Level.SEVERE);
    }

    /** Sends what the embedded broker has to say to a file. */
    public static void brokerTo(Path file) {
        if (System.getProperty(FORMAT) == null) {
            System.setProperty(FORMAT, "%1$tF %1$tT,%1$tL %4$s [%3$s] %5$s%6$s%n");
        }
        try {
            var handler = new FileHandler(file.toString(), LOG_MAX_BYTES, LOG_FILES, true);
            handler.setFormatter(new SimpleFormatter());
            for (Logger logger : BROKER) {
                logger.setUseParentHandlers(false);
                for (var earlier : logger.getHandlers()) {
                    logger.removeHandler(earlier);
                    earlier.close();
                }
                logger.addHandler(handler);
            }
        } catch (IOException e) {
            throw new CommandFailure("the log " + file + " cannot be written: " + e.getMessage(), e);
        }
    }
}

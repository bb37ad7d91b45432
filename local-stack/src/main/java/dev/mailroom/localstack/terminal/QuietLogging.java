package dev.mailroom.localstack.terminal;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps the libraries of this JVM from talking over the command's own output. */
public final class QuietLogging {

    // Held here because the log manager keeps loggers weakly: a collected logger would forget its level.
    private static final List<Logger> QUIET = List.of(
            Logger.getLogger(""),
            Logger.getLogger("com.icegreen.greenmail"),
            Logger.getLogger("org.apache.kafka.clients"));

    private QuietLogging() {}

    public static void install() {
        QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
        System.setProperty("log4j2.loggerContextFactory", "org.apache.logging.slf4j.SLF4JLoggerContextFactory");
    }
}

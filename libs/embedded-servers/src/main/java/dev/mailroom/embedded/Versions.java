package dev.mailroom.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The versions of the servers in this build, as the root POM names them. */
public final class Versions {

    private static final Properties VERSIONS = load();

    private Versions() {}

    /** The version of the PostgreSQL binaries, for example {@code 18.6.0}. */
    public static String postgres() {
        return VERSIONS.getProperty("postgres");
    }

    /** The version of the Kafka broker, for example {@code 4.1.1}. */
    public static String kafka() {
        return VERSIONS.getProperty("kafka");
    }

    private static Properties load() {
        var properties = new Properties();
        try (var in = Versions.class.getResourceAsStream("versions.properties")) {
            if (in == null) {
                throw new IllegalStateException("versions.properties is not in the jar");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}

package dev.mailroom.testkit;

import java.util.function.Supplier;

/**
 * A value that exists once per JVM.
 *
 * <p>A Quarkus test sees this class through several class loaders, each with static fields of its own; system properties are common to
 * all of them.
 */
final class SharedProperty {

    private SharedProperty() {}

    /** The value under this name, made by the first who asks. */
    static String get(String name, Supplier<String> maker) {
        synchronized (Runtime.getRuntime()) {
            String known = System.getProperty(name);
            if (known != null) {
                return known;
            }
            String made = maker.get();
            System.setProperty(name, made);
            return made;
        }
    }
}

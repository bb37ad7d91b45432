package dev.mailroom.localstack.connect;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Asks a person. */
interface Questions {
    /** Whether there is somebody to ask. */
    boolean canAsk();

    /**
     * Asks until there is an answer.
     *
     * @param suggestion what an empty answer means, or null where there must be one
     * @throws dev.mailroom.localstack.terminal.CommandFailure if there is nobody, or the person gives up
     */
    String ask(String label, @Nullable String suggestion);

    /** Asks for something that is not shown. */
    String askHidden(String label);

    /**
     * Asks for yes or no; where there is nobody to ask the answer is no.
     *
     * @param otherwise what an empty answer means
     */
    default boolean confirm(String label, boolean otherwise) {
        return canAsk()
                && ask(label + " (yes or no)", otherwise ? "yes" : "no")
                        .toLowerCase(Locale.ROOT)
                        .startsWith("y");
    }
}

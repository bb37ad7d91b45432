package dev.mailroom.rules.condition;

import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What is known of a message, by field. Implementations fold each text once, however many leaves ask. */
public interface Facts {
    /**
     * The folded values of an address or text field, without empty ones.
     *
     * @param names whether display names count beside addresses. A sender can write anything there
     */
    List<String> folded(Field field, boolean names);

    /** The values of an address or text field as they came, composed (NFKC), without empty ones and without display names. */
    List<String> composed(Field field);

    Set<UUID> ids(Field field);

    boolean flag(Field field);
}

package dev.mailroom.contracts;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.NameBasedGenerator;
import java.util.UUID;

/** Ids that follow from what they name (UUID version 5, RFC 9562 section 5.5), so that a replay makes the same ones. */
public final class EventIds {
    private static final UUID NAMESPACE = UUID.fromString("5f0ce9e4-6c43-5d9b-8f6e-2a1f0a6f3b11");
    private static final NameBasedGenerator NAMES = Generators.nameBasedGenerator(NAMESPACE);

    private EventIds() {}

    /**
     * @param kind what is named, for example {@code message.received}
     * @param parts what makes it unique, in an order that never changes; none may be null
     */
    public static UUID of(String kind, Object... parts) {
        StringBuilder name = new StringBuilder(kind);
        for (Object part : parts) {
            String text = Required.of("part of an id", part).toString();
            // The length keeps ("a", "bc") and ("ab", "c") apart.
            name.append('|').append(text.length()).append(':').append(text);
        }
        return NAMES.generate(name.toString());
    }
}

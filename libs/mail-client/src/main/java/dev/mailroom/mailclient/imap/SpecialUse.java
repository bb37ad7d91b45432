package dev.mailroom.mailclient.imap;

import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the server says a mailbox is for.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6154">RFC 6154</a>
 */
public enum SpecialUse {
    INBOX("\\Inbox"),
    SENT("\\Sent"),
    TRASH("\\Trash"),
    JUNK("\\Junk"),
    DRAFTS("\\Drafts"),
    ARCHIVE("\\Archive"),
    ALL("\\All"),
    FLAGGED("\\Flagged");

    private static final Map<String, SpecialUse> BY_ATTRIBUTE = byAttribute();

    private final String attribute;

    SpecialUse(String attribute) {
        this.attribute = attribute;
    }

    /** The attribute as it is written in LIST and CREATE. */
    public String attribute() {
        return attribute;
    }

    /** The use among the attributes of a mailbox, or null. Of several the one that says more: {@code \Archive} before {@code \All}. */
    public static @Nullable SpecialUse among(Collection<String> attributes) {
        SpecialUse best = null;
        for (String given : attributes) {
            SpecialUse use = BY_ATTRIBUTE.get(given.toLowerCase(Locale.ROOT));
            if (use != null && (best == null || use.ordinal() < best.ordinal())) {
                best = use;
            }
        }
        return best;
    }

    private static Map<String, SpecialUse> byAttribute() {
        Map<String, SpecialUse> uses = new HashMap<>();
        for (SpecialUse use : values()) {
            uses.put(use.attribute.toLowerCase(Locale.ROOT), use);
        }
        // What servers said before the RFC, when they were asked with XLIST.
        uses.put("\\allmail", ALL);
        uses.put("\\spam", JUNK);
        uses.put("\\starred", FLAGGED);
        return Map.copyOf(uses);
    }
}

package dev.mailroom.mailclient.imap;

import java.util.Collection;
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

    // What servers said before the RFC, when they were asked with XLIST.
    private static final Map<String, SpecialUse> OLDER_NAMES = Map.of(
            "\\allmail", ALL,
            "\\spam", JUNK,
            "\\starred", FLAGGED);

    private final String attribute;

    SpecialUse(String attribute) {
        this.attribute = attribute;
    }

    /** The attribute as it is written in LIST and CREATE. */
    public String attribute() {
        return attribute;
    }

    /** The first known use among the attributes of a mailbox, or null. */
    public static @Nullable SpecialUse among(Collection<String> attributes) {
        for (String given : attributes) {
            String lower = given.toLowerCase(Locale.ROOT);
            for (SpecialUse use : values()) {
                if (use.attribute.toLowerCase(Locale.ROOT).equals(lower)) {
                    return use;
                }
            }
            SpecialUse older = OLDER_NAMES.get(lower);
            if (older != null) {
                return older;
            }
        }
        return null;
    }
}

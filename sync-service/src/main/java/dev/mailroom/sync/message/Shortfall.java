package dev.mailroom.sync.message;

import java.util.Locale;

/** Why a message was not read as a whole. Of several the first that was met is told. */
public enum Shortfall {
    /** Read by its header alone. */
    TOO_LARGE,
    /** Multiparts inside each other: what lies deeper is read for its text alone, and is not in the structure. */
    TOO_DEEP,
    TOO_MANY_PARTS,
    TOO_MANY_ATTACHMENTS,
    /** Too many fields, addresses or encoded words, or too long ones: those are left out. */
    HEADER,
    /** It took longer than one message may. */
    TIME,
    /** Not even a message in part: the rest could not be read. */
    BROKEN;

    /** As the API says it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

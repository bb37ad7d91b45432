package dev.mailroom.mailclient.imap;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** What the server says it can do; upper case. */
final class Capabilities {
    private static final int CAPABILITIES_MAX = 1_000;

    private Set<String> names = Set.of();
    private boolean known;
    private boolean utf8;

    Set<String> names() {
        return names;
    }

    /** Case does not matter. */
    boolean contains(String capability) {
        return names.contains(capability.toUpperCase(Locale.ROOT));
    }

    /** False until the server has said, and after {@link #forget()}. */
    boolean known() {
        return known;
    }

    /** The server agreed to mailbox names in UTF-8 (RFC 6855). */
    void speaksUtf8() {
        utf8 = true;
    }

    /** Whether mailbox names, and headers of messages, are UTF-8 from now on. */
    boolean utf8() {
        return utf8;
    }

    /** A mailbox name as the server wants to hear it. */
    byte[] wire(MailboxName name) {
        return utf8 ? Utf8Names.bytes(name) : name.bytes();
    }

    /** What was learned before no longer counts. */
    void forget() {
        names = Set.of();
        known = false;
    }

    /** Replaces what was known. */
    void learn(Tokens words) {
        Set<String> learned = new TreeSet<>();
        for (String word : words.rest().split(" ", CAPABILITIES_MAX)) {
            if (!word.isBlank()) {
                learned.add(word.toUpperCase(Locale.ROOT));
            }
        }
        names = Set.copyOf(learned);
        known = true;
    }
}

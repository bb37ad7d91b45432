package dev.mailroom.sync.message;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads Message-ID, In-Reply-To and References (RFC 5322 section 3.6.4). Ids are compared as they are, case included. */
final class MessageIds {
    /** Characters of one id, brackets included (RFC 5322 section 2.1.1). Longer ones are cut: no id that was sent has them. */
    static final int ID_MAX_CHARS = 998;

    /** Ids of References that are kept: the last ones, which are the nearest. */
    static final int REFERENCES_MAX = 100;

    private MessageIds() {}

    /** The ids between angle brackets, each once, the last {@link #REFERENCES_MAX} in order. */
    static List<String> all(@Nullable String header) {
        if (header == null) {
            return List.of();
        }
        Set<String> ids = new LinkedHashSet<>();
        int open = header.indexOf('<');
        while (open >= 0) {
            int close = header.indexOf('>', open);
            if (close < 0) {
                break;
            }
            String id = clean(header.substring(open, close + 1));
            if (id.length() > 2 && id.length() <= ID_MAX_CHARS) {
                // A later mention counts: it is nearer.
                ids.remove(id);
                ids.add(id);
            }
            open = header.indexOf('<', close);
        }
        List<String> kept = new ArrayList<>(ids);
        return List.copyOf(kept.subList(Math.max(0, kept.size() - REFERENCES_MAX), kept.size()));
    }

    /** The id of the message itself: in brackets even where the sender forgot them, null where there is none. */
    static @Nullable String own(@Nullable String header) {
        if (header == null) {
            return null;
        }
        List<String> bracketed = all(header);
        if (!bracketed.isEmpty()) {
            return bracketed.getFirst();
        }
        String bare = clean(header);
        return bare.isEmpty() || bare.length() > ID_MAX_CHARS - 2 ? null : "<" + bare + ">";
    }

    private static String clean(String id) {
        StringBuilder clean = new StringBuilder(id.length());
        id.chars()
                .filter(c ->
                        !Character.isWhitespace(c) && !Character.isISOControl(c) && !Character.isSurrogate((char) c))
                .forEach(c -> clean.append((char) c));
        return clean.toString();
    }
}

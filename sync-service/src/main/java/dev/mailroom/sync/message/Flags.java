package dev.mailroom.sync.message;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/** Flags of a copy as rows keep them. */
public final class Flags {
    public static final String SEEN = "\\Seen";
    public static final String FLAGGED = "\\Flagged";
    public static final String DELETED = "\\Deleted";

    /** Wherever it lies, it is somebody's unfinished business, and no mail. */
    public static final String DRAFT = "\\Draft";

    /** Flags that are kept of one copy; RFC 9051 knows no bound. */
    private static final int FLAGS_MAX = 100;

    private static final int FLAG_MAX_CHARS = 200;

    private Flags() {}

    /**
     * Whether what is not known yet and has these flags is taken in: what is marked as deleted was marked by somebody who could not expunge
     * it alone and is on its way out, and a draft is no mail yet.
     */
    public static boolean areOfMail(Collection<String> flags) {
        return !has(flags, DELETED) && !has(flags, DRAFT);
    }

    public static boolean has(Collection<String> flags, String flag) {
        return flags.stream().anyMatch(flag::equalsIgnoreCase);
    }

    /** One word each, sorted, without \Recent, which is about the session and not about the message. */
    public static String joined(Collection<String> flags) {
        return flags.stream()
                .filter(flag -> !flag.equalsIgnoreCase("\\Recent") && flag.length() <= FLAG_MAX_CHARS)
                .map(flag -> flag.startsWith("\\") ? systemFlag(flag) : flag)
                .filter(flag -> flag.indexOf(' ') < 0)
                .distinct()
                .sorted()
                .limit(FLAGS_MAX)
                .collect(Collectors.joining(" "));
    }

    private static String systemFlag(String flag) {
        return flag.length() < 2
                ? flag
                : "\\" + flag.substring(1, 2).toUpperCase(Locale.ROOT)
                        + flag.substring(2).toLowerCase(Locale.ROOT);
    }
}

package dev.mailroom.mailclient.failure;

/** Makes what a server said safe to store and to show. */
public final class ServerText {
    /** Characters kept of any text of a server. */
    public static final int TEXT_MAX_CHARS = 200;

    private ServerText() {}

    /** Control, format and unpaired surrogate characters become spaces, runs of spaces become one, at most 200 characters remain. */
    public static String clean(String text) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), TEXT_MAX_CHARS));
        boolean space = true;
        for (int i = 0; i < text.length() && clean.length() < TEXT_MAX_CHARS; i++) {
            char c = text.charAt(i);
            boolean blank = Character.isISOControl(c)
                    || Character.isWhitespace(c)
                    || Character.isSurrogate(c)
                    || Character.getType(c) == Character.FORMAT;
            if (!blank) {
                clean.append(c);
            } else if (!space) {
                clean.append(' ');
            }
            space = blank;
        }
        return clean.toString().strip();
    }
}

package dev.mailroom.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Text that can be stored and sent: no NUL, which PostgreSQL has no place for, and no half of a surrogate pair, which is no character. */
public final class StrictText extends StdScalarDeserializer<String> {
    /** What is thrown for a text that is one, but not {@linkplain #isWhole whole}. */
    static final String NOT_WHOLE = "not whole characters";

    private static final long serialVersionUID = 1L;
    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;

    StrictText() {
        super(String.class);
    }

    @Override
    public @Nullable String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        String text = StringDeserializer.instance.deserialize(parser, context);
        if (text != null && !isWhole(text)) {
            return context.reportInputMismatch(String.class, NOT_WHOLE);
        }
        return text;
    }

    /**
     * Whether a text is one line that is read as it is written: no control characters, no line breaks, no lone surrogates, and nothing
     * unseen that hides text or turns its direction. The joiners are taken: scripts and emoji are written with them.
     */
    public static boolean isPlainLine(String text) {
        return text.codePoints().noneMatch(c -> switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                true;
            case Character.FORMAT -> c != ZERO_WIDTH_NON_JOINER && c != ZERO_WIDTH_JOINER;
            default -> false;
        });
    }

    /** Whether a text has no NUL and no lone surrogate. */
    public static boolean isWhole(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isLowSurrogate(c)) {
                return false;
            }
            if (Character.isHighSurrogate(c)) {
                i++;
                if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
                    return false;
                }
            }
        }
        return true;
    }
}

package dev.mailroom.sync.message;

import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** A style attribute reduced to what a letter needs: fonts, colours, spaces, borders; nothing is fetched, laid over or moved away. */
final class SafeStyle {
    /** Characters of one style attribute; longer ones go. */
    static final int STYLE_MAX_CHARS = 4_096;

    private static final Set<String> PROPERTIES = Set.of(
            "background-color",
            "background",
            "border",
            "border-bottom",
            "border-bottom-color",
            "border-bottom-style",
            "border-bottom-width",
            "border-collapse",
            "border-color",
            "border-left",
            "border-left-color",
            "border-left-style",
            "border-left-width",
            "border-radius",
            "border-right",
            "border-right-color",
            "border-right-style",
            "border-right-width",
            "border-spacing",
            "border-style",
            "border-top",
            "border-top-color",
            "border-top-style",
            "border-top-width",
            "border-width",
            "clear",
            "color",
            "direction",
            "display",
            "float",
            "font",
            "font-family",
            "font-size",
            "font-style",
            "font-variant",
            "font-weight",
            "height",
            "letter-spacing",
            "line-height",
            "list-style-type",
            "margin",
            "margin-bottom",
            "margin-left",
            "margin-right",
            "margin-top",
            "max-height",
            "max-width",
            "min-height",
            "min-width",
            "overflow-wrap",
            "padding",
            "padding-bottom",
            "padding-left",
            "padding-right",
            "padding-top",
            "table-layout",
            "text-align",
            "text-decoration",
            "text-indent",
            "text-transform",
            "vertical-align",
            "white-space",
            "width",
            "word-break",
            "word-spacing",
            "word-wrap");

    /** Words, numbers and quoted names, and of all functions those of colours. */
    private static final Pattern COLOUR =
            Pattern.compile("\\b(?:rgb|rgba|hsl|hsla)\\([0-9a-z .,%/]{1,60}\\)", Pattern.CASE_INSENSITIVE);

    private static final Pattern VALUE = Pattern.compile("[a-z0-9#.,%!/+'\" -]+", Pattern.CASE_INSENSITIVE);

    private static final Pattern NEGATIVE = Pattern.compile("(?:^|[ ,/])-[0-9.]");

    /** A backslash or a comment hides a word from a reader, an at-rule or a brace leaves the attribute's grammar. */
    private static final Pattern HIDING = Pattern.compile("[\\\\{}@<>&\\p{Cntrl}&&[^\\t\\r\\n]]|/\\*");

    private SafeStyle() {}

    /** The declarations that may stay; empty if there are none. */
    static String of(String style) {
        if (style.length() > STYLE_MAX_CHARS || HIDING.matcher(style).find()) {
            return "";
        }
        StringJoiner kept = new StringJoiner(";");
        for (String declaration : style.split(";")) {
            int colon = declaration.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String property = declaration.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            String value = CleanText.line(declaration.substring(colon + 1), STYLE_MAX_CHARS);
            String words = COLOUR.matcher(value).replaceAll("0");
            boolean plain =
                    VALUE.matcher(words).matches() && !NEGATIVE.matcher(value).find();
            if (plain && isBalanced(value) && PROPERTIES.contains(property)) {
                kept.add(property + ":" + value);
            }
        }
        return kept.toString();
    }

    /** An open quote would swallow the declarations that follow. */
    private static boolean isBalanced(String value) {
        long quotes = value.chars().filter(c -> c == '"').count();
        long apostrophes = value.chars().filter(c -> c == '\'').count();
        return quotes % 2 == 0 && apostrophes % 2 == 0;
    }
}

package dev.mailroom.account.notice;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * The words of a short mail, written once as plain text and once as simple HTML. What comes in from outside loses its control characters
 * and is cut; in HTML it is escaped.
 *
 * @param subject printable ASCII, at most {@value #SUBJECT_MAX} characters: a longer one would have to be folded
 */
public record Letter(String subject, List<Part> parts) {
    static final int SUBJECT_MAX = 120;
    static final int WORDS_MAX = 2_000;
    static final int PARTS_MAX = 400;

    /** A piece of a letter, below the piece before it. */
    public sealed interface Part {
        record Heading(String words) implements Part {}

        record Paragraph(String words) implements Part {}

        /** @param target http or https */
        record Link(String words, URI target) implements Part {}
    }

    public Letter {
        subject = subject(subject);
        parts = List.copyOf(parts);
        if (parts.size() > PARTS_MAX) {
            throw new IllegalArgumentException("a letter of " + parts.size() + " parts");
        }
    }

    /** Begins a letter. */
    public static Draft about(String subject) {
        return new Draft(subject);
    }

    /** A letter that is being written. Belongs to one thread. */
    public static final class Draft {
        private final String subject;
        private final List<Part> parts = new ArrayList<>();

        private Draft(String subject) {
            this.subject = subject;
        }

        public Draft heading(String words) {
            parts.add(new Part.Heading(words));
            return this;
        }

        public Draft paragraph(String words) {
            parts.add(new Part.Paragraph(words));
            return this;
        }

        /** @throws IllegalArgumentException if it is not http or https */
        public Draft link(String words, URI target) {
            if (!"https".equals(target.getScheme()) && !"http".equals(target.getScheme())) {
                throw new IllegalArgumentException("a link must be http or https");
            }
            parts.add(new Part.Link(words, target));
            return this;
        }

        public Letter end() {
            return new Letter(subject, parts);
        }
    }

    /** Lines end with a line feed alone. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Part.Heading heading -> text.append(clean(heading.words())).append('\n');
                case Part.Paragraph paragraph ->
                    text.append(clean(paragraph.words())).append("\n\n");
                case Part.Link link ->
                    text.append(clean(link.words()))
                            .append(": ")
                            .append(link.target().toASCIIString())
                            .append("\n\n");
            }
        }
        return text.toString().strip() + "\n";
    }

    /** A body without style, script, picture or anything else that is fetched. */
    String html() {
        StringBuilder html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><body>\n");
        for (Part part : parts) {
            switch (part) {
                case Part.Heading heading ->
                    html.append("<h3>").append(escape(clean(heading.words()))).append("</h3>\n");
                case Part.Paragraph paragraph ->
                    html.append("<p>").append(escape(clean(paragraph.words()))).append("</p>\n");
                case Part.Link link ->
                    html.append("<p><a href=\"")
                            .append(escape(link.target().toASCIIString()))
                            .append("\">")
                            .append(escape(clean(link.words())))
                            .append("</a></p>\n");
            }
        }
        return html.append("</body></html>\n").toString();
    }

    /** One line: control characters and those that turn the direction of writing become spaces. */
    static String clean(String words) {
        StringBuilder clean = new StringBuilder();
        words.codePoints().limit(WORDS_MAX).forEach(point -> clean.appendCodePoint(isPlain(point) ? point : ' '));
        return clean.toString().replaceAll(" {2,}", " ").strip();
    }

    private static boolean isPlain(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private static String subject(String words) {
        StringBuilder ascii = new StringBuilder();
        clean(words).chars().forEach(c -> ascii.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
        return ascii.length() <= SUBJECT_MAX ? ascii.toString() : ascii.substring(0, SUBJECT_MAX - 3) + "...";
    }

    private static String escape(String words) {
        return words.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}

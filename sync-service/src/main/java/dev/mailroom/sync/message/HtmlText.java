package dev.mailroom.sync.message;

import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;

/** The words of an HTML body, a line for each block. For previews and rules; not for showing. */
final class HtmlText {
    private static final Set<String> SILENT =
            Set.of("head", "style", "script", "noscript", "template", "svg", "math", "title", "iframe", "object");
    private static final Set<String> BLOCKS = Set.of(
            "p",
            "div",
            "br",
            "tr",
            "li",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "blockquote",
            "pre",
            "table",
            "ul",
            "ol",
            "hr",
            "section",
            "article",
            "header",
            "footer");

    private HtmlText() {}

    static String of(String html, int maxChars) {
        StringBuilder text = new StringBuilder();
        Jsoup.parse(html).filter(new Words(text, maxChars));
        return text.toString().strip();
    }

    private static final class Words implements NodeFilter {
        private final StringBuilder text;
        private final int maxChars;

        private Words(StringBuilder text, int maxChars) {
            this.text = text;
            this.maxChars = maxChars;
        }

        @Override
        public FilterResult head(Node node, int depth) {
            if (text.length() >= maxChars) {
                return FilterResult.STOP;
            }
            if (node instanceof TextNode words) {
                append(words.getWholeText());
            } else if (node instanceof Element element) {
                if (SILENT.contains(element.normalName())) {
                    return FilterResult.SKIP_ENTIRELY;
                }
                if (BLOCKS.contains(element.normalName())) {
                    newLine();
                }
            }
            return FilterResult.CONTINUE;
        }

        @Override
        public FilterResult tail(Node node, int depth) {
            if (node instanceof Element element && BLOCKS.contains(element.normalName())) {
                newLine();
            }
            return FilterResult.CONTINUE;
        }

        private void append(String words) {
            for (int i = 0; i < words.length() && text.length() < maxChars; i++) {
                char c = words.charAt(i);
                boolean blank = Character.isWhitespace(c) || c == '\u00a0';
                boolean afterBlank = text.isEmpty() || Character.isWhitespace(text.charAt(text.length() - 1));
                if (!blank) {
                    text.append(c);
                } else if (!afterBlank) {
                    text.append(' ');
                }
            }
        }

        private void newLine() {
            while (!text.isEmpty() && text.charAt(text.length() - 1) == ' ') {
                text.setLength(text.length() - 1);
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
                text.append('\n');
            }
        }
    }
}

package dev.mailroom.sync.message;

import java.util.Locale;
import java.util.function.Function;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Entities;
import org.jsoup.parser.Parser;
import org.jsoup.safety.Cleaner;
import org.jsoup.safety.Safelist;
import org.jspecify.annotations.Nullable;

/**
 * HTML of a stranger made fit to be shown: elements, attributes, link schemes and style properties that are on a list stay, everything
 * else goes. Nothing in the result runs, is sent, or refers to a place outside, but for links that a person clicks on and, where they
 * were asked for, images over https.
 *
 * @param html the inside of a body element
 * @param remoteImages pictures that would have to be fetched from elsewhere, shown or not
 * @param truncated whether there was more than the limits allow
 */
record SafeHtml(String html, int remoteImages, boolean truncated) {
    /** Characters of HTML that are looked at. */
    static final int HTML_MAX_CHARS = 2 * 1024 * 1024;

    /** Tags that are looked at, ends included; it bounds the work, since an unclosed tag may come back in each block that follows. */
    static final int TAGS_MAX = 50_000;

    /** Elements inside each other; what is deeper lies beside its parent. */
    static final int DEPTH_MAX = 100;

    /** Characters of one link. */
    private static final int LINK_MAX_CHARS = 4_096;

    /** Elements whose content is no text to be shown, or is read by rules of its own. */
    private static final String REMOVED =
            "script,style,noscript,template,svg,math,iframe,frame,frameset,object,embed,applet,param,"
                    + "xmp,plaintext,noembed,noframes,textarea,select,option,button,input,audio,video,source,track,canvas,dialog,"
                    + "meta,base,link,title,portal,slot,bgsound";

    private static final String[] TAGS = {
        "a",
        "abbr",
        "address",
        "article",
        "aside",
        "b",
        "bdi",
        "bdo",
        "big",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "font",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "main",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr"
    };

    private static final Safelist ALLOWED = new Safelist()
            .addTags(TAGS)
            .addAttributes(":all", "align", "bgcolor", "dir", "lang", "style", "title", "valign")
            .addAttributes("a", "href")
            .addAttributes("font", "color", "face", "size")
            .addAttributes("hr", "size", "width")
            .addAttributes("img", "alt", "height", "src", "width")
            .addAttributes("li", "value")
            .addAttributes("ol", "reversed", "start", "type")
            .addAttributes("ul", "type")
            .addAttributes("col", "span", "width")
            .addAttributes("colgroup", "span", "width")
            .addAttributes("table", "border", "cellpadding", "cellspacing", "height", "width")
            .addAttributes("td", "abbr", "colspan", "height", "nowrap", "rowspan", "scope", "width")
            .addAttributes("th", "abbr", "colspan", "height", "nowrap", "rowspan", "scope", "width")
            .addAttributes("tr", "height")
            .addAttributes("time", "datetime")
            .addProtocols("a", "href", "http", "https", "mailto", "tel")
            .addProtocols("img", "src", "http", "https", "cid", "data");

    /**
     * Makes HTML safe.
     *
     * @param images finds the address of the part with this Content-ID; null if the message has no such image
     * @param showRemote keeps images that are fetched from elsewhere, over https only
     */
    static SafeHtml of(String html, Function<String, @Nullable String> images, boolean showRemote) {
        String bounded = bounded(html);
        Parser parser = Parser.htmlParser().setMaxDepth(DEPTH_MAX);
        Document dirty = parser.parseInput(bounded, "");
        dirty.select(REMOVED).remove();
        dirty.select("a[href^=//]").forEach(link -> link.attr("href", "https:" + link.attr("href")));
        dirty.select("img[srcset]").forEach(Pictures::useFirstOfSet);
        dirty.select("img[src^=//]").forEach(image -> image.attr("src", "https:" + image.attr("src")));
        Pictures pictures = new Pictures(images, showRemote);
        for (Element element : dirty.select("[background],[style]")) {
            pictures.countHidden(element);
        }
        Document clean = new Cleaner(ALLOWED).clean(dirty);
        clean.outputSettings().prettyPrint(false);
        for (Element element : clean.body().getAllElements()) {
            restrict(element, pictures);
        }
        return new SafeHtml(CleanText.lines(clean.body().html()), pictures.remote(), bounded.length() < html.length());
    }

    /** Plain text as HTML. */
    static SafeHtml ofText(String text) {
        boolean whole = text.length() <= HTML_MAX_CHARS;
        String words = CleanText.lines(whole ? text : text.substring(0, HTML_MAX_CHARS));
        return new SafeHtml("<div style=\"white-space:pre-wrap\">" + Entities.escape(words) + "</div>", 0, !whole);
    }

    /** A beginning without too many characters or tags. */
    private static String bounded(String html) {
        String beginning = html.length() > HTML_MAX_CHARS ? html.substring(0, HTML_MAX_CHARS) : html;
        int tags = 0;
        for (int at = beginning.indexOf('<'); at >= 0; at = beginning.indexOf('<', at + 1)) {
            if (++tags > TAGS_MAX) {
                return beginning.substring(0, at);
            }
        }
        return beginning;
    }

    private static void restrict(Element element, Pictures pictures) {
        Attribute style = element.attribute("style");
        if (style != null) {
            String kept = SafeStyle.of(style.getValue());
            if (kept.isEmpty()) {
                element.removeAttr("style");
            } else {
                element.attr("style", kept);
            }
        }
        if (element.normalName().equals("img")) {
            pictures.restrict(element);
        } else if (element.normalName().equals("a")) {
            link(element);
        }
    }

    /** A link opens elsewhere, tells nobody where it was, and shows where it leads: a host of look-alike letters as what it is called. */
    private static void link(Element element) {
        String href = element.attr("href").strip();
        String shown = href.length() > LINK_MAX_CHARS ? null : LinkAddress.shown(href);
        element.removeAttr("title");
        if (shown == null) {
            element.removeAttr("href");
            return;
        }
        element.attr("href", shown)
                .attr("title", shown)
                .attr("target", "_blank")
                .attr("rel", "noopener noreferrer nofollow");
    }

    static String scheme(String address) {
        int colon = address.indexOf(':');
        return colon < 0 ? "" : address.substring(0, colon).toLowerCase(Locale.ROOT);
    }
}

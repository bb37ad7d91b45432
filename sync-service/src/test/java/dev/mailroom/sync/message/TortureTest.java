package dev.mailroom.sync.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.sync.database.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shapes of messages that have hurt mail programs: each gives a message that can be stored, after a bounded number of steps. */
@Timeout(60)
public class TortureTest {
    /** Steps of reading one message, tokens and buffers, but for header fields, which are counted to the last. */
    private static final long STEPS_MAX = 20_000;

    private static final int FIELD_MIN_BYTES = 5;

    /** What a row may need for what is not the text; an event has to hold it as well. */
    private static final int ROW_MAX_CHARS = 1024 * 1024;

    /** A shape of a message. */
    public enum Shape {
        EMPTY(() -> ""),
        ONE_BYTE(() -> "x"),
        ONLY_LINE_ENDS(() -> "\n".repeat(100_000)),
        NO_BODY(() -> "Subject: s"),
        NO_HEADER(() -> "\nonly a body"),
        MISSING_DATE(() -> "Subject: s\nFrom: a@b.example\n\nx"),
        DATE_OF_1970(() -> "Subject: s\nDate: Thu, 1 Jan 1970 00:00:00 +0000\n\nx"),
        DATE_OF_2099(() -> "Subject: s\nDate: Thu, 31 Dec 2099 23:59:60 -1200\n\nx"),
        DATE_OF_NEVER(() -> "Subject: s\nDate: Foo, 99 Xyz 99999 99:99:99 +9999\n\nx"),
        DATE_OF_NUMBERS(() -> "Subject: s\nDate: " + "1 ".repeat(30_000) + "\n\nx"),
        NESTED_200(() -> nested(200)),
        NESTED_20000(() -> nested(20_000)),
        PARTS_100000(() -> mixed("--b\n\nx\n".repeat(100_000))),
        PARTS_WITH_NAMES(() -> mixed(IntStream.range(0, 5_000)
                .mapToObj(i -> "--b\nContent-Disposition: attachment; filename=" + "n".repeat(300) + i + "\n\nx\n")
                .collect(Collectors.joining()))),
        BOUNDARY_WITHOUT_END(() -> mixed("--b\n\nfirst\n--b\n\nsecond without an end")),
        BOUNDARY_NEVER_SEEN(() -> mixed("there is no part here")),
        BOUNDARY_MISSING(() -> "Subject: s\nContent-Type: multipart/mixed\n\n--b\n\nx\n--b--\n"),
        BOUNDARY_EMPTY(() -> "Subject: s\nContent-Type: multipart/mixed; boundary=\"\"\n\n--\n\nx\n----\n"),
        BOUNDARY_HUGE(() -> "Subject: s\nContent-Type: multipart/mixed; boundary=" + "b".repeat(60_000) + "\n\n--"
                + "b".repeat(60_000) + "\n\nx\n"),
        BOUNDARY_IN_BOUNDARY(() -> "Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n"
                + ("--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\nx\n--b\n--bb--\n").repeat(50)),
        SAME_BOUNDARY_INSIDE(() -> mixed("--b\nContent-Type: multipart/mixed; boundary=b\n\n".repeat(500))),
        BOUNDARY_LIKE_LINES(() -> mixed("--b\n\n" + "--bx\n--".repeat(100_000))),
        HEADER_OF_10_MB(() -> "Subject: s\nX-Long: " + "y".repeat(10_000_000) + "\nTo: a@b.example\n\nx"),
        HEADER_FOLDED_10_MB(() -> "Subject: s\nX-Long: " + "y\n ".repeat(3_000_000) + "\n\nx"),
        HEADERS_100000(() -> "Subject: s\n" + "X: y\n".repeat(100_000) + "\nx"),
        HEADER_WITHOUT_COLON(() -> "Subject: s\nthis is no field\nFrom: a@b.example\n\nx"),
        HEADER_OF_COLONS(() -> "Subject: s\n" + ":::::\n".repeat(1_000) + "\nx"),
        NULS(() -> "Subject: s\0\nFrom: \0a\0@b.example\n\n\0\0text\0"),
        BARE_CR(() -> "Subject: s\rFrom: a@b.example\rTo: c@d.example\r\rbody\rmore"),
        HEADER_8_BIT(() -> "Subject: s \u00fc\u00ff\nFrom: J\u00f6rg <j@b.example>\n\n\u00e9"),
        WORDS_BROKEN(
                () -> "Subject: s =?utf-8?q?=C3?= =?utf-8?b?////=?= =?x?y?z?= =?utf-8?q?=ZZ?= =?= ?= =?utf-8?B?w\n\nx"),
        WORDS_100000(() -> "Subject: s " + "=?utf-8?q?a?= ".repeat(100_000) + "\n\nx"),
        WORDS_NEVER_ENDED(() -> "Subject: s " + "=?utf-8?q?".repeat(6_000) + "\n\nx"),
        SEGMENTS_OF_A_NAME(() -> "Subject: s\nContent-Disposition: attachment;"
                + IntStream.range(0, 3_000)
                        .mapToObj(i -> " filename*" + i + "*=%41")
                        .collect(Collectors.joining(";"))
                + "\n\nx"),
        SEGMENTS_BROKEN(() -> "Subject: s\nContent-Disposition: attachment; filename*0*=utf-8''%ZZ; filename*1=x;"
                + " filename*99999999999=y; filename*-1=z; filename*0*=again\n\nx"),
        MESSAGES_IN_MESSAGES(() -> "Subject: s\nContent-Type: message/rfc822\n\n".repeat(2_000) + "x"),
        TNEF(() -> mixed("--b\n\nsee file\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\n"
                + "Content-Transfer-Encoding: base64\n\neJ8+IgAAAAAAAQA=\n--b--\n")),
        UUENCODE(() -> "Subject: s\n\nbegin 644 a.bin\n" + "M".repeat(61) + "\n`\nend\n"),
        SIGNED(() ->
                "Subject: s\nContent-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=b\n\n"
                        + "--b\nContent-Type: text/plain\n\nsigned\n--b\nContent-Type: application/pkcs7-signature; name=smime.p7s\n"
                        + "Content-Transfer-Encoding: base64\n\nMIIB\n--b--\n"),
        OPAQUE_SIGNED(
                () -> "Subject: s\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n"
                        + "Content-Transfer-Encoding: base64\n\nMIIB\n"),
        PGP(() ->
                "Subject: s\nContent-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n"
                        + "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\n"
                        + "-----BEGIN PGP MESSAGE-----\n--b--\n"),
        CALENDAR(() -> "Subject: s\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\ninvited\n--b\n"
                + "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n--b--\n"),
        FROM_10000(() -> "Subject: s\nFrom: a@b.example"
                + IntStream.range(0, 10_000)
                        .mapToObj(i -> ",\n a" + i + "@b.example")
                        .collect(Collectors.joining())
                + "\n\nx"),
        COMMENTS(() -> "Subject: s\nFrom: " + "(".repeat(50_000) + " a@b.example\n\nx"),
        QUOTES(() -> "Subject: s\nFrom: " + "\"\\".repeat(30_000) + "\n\nx"),
        GROUPS(() -> "Subject: s\nTo: " + "g:".repeat(30_000) + ";\n\nx"),
        REFERENCES(() -> "Subject: s\nReferences: " + "<a@b>".repeat(12_000) + "\n\nx"),
        REFERENCES_OPEN(() -> "Subject: s\nReferences: " + "<".repeat(60_000) + "\n\nx"),
        TYPE_OF_NOTHING(() -> "Subject: s\nContent-Type: ;;;=;\nContent-Transfer-Encoding: x-none\n\nx"),
        TYPE_HUGE(() -> "Subject: s\nContent-Type: " + "a/".repeat(30_000) + "; " + "p=v;".repeat(5_000) + "\n\nx"),
        BASE64_BROKEN(() -> "Subject: s\nContent-Transfer-Encoding: base64\n\n=A=B!!!" + "@".repeat(100_000)),
        QUOTED_BROKEN(() -> "Subject: s\nContent-Transfer-Encoding: quoted-printable\n\n" + "=".repeat(100_000) + "=Z"),
        HTML_OF_TAGS(
                () -> "Subject: s\nContent-Type: text/html\n\n" + "<b><i><u>".repeat(30_000) + "<p>".repeat(1_000)),
        HTML_OF_ATTRIBUTES(() -> "Subject: s\nContent-Type: text/html\n\n<p "
                + IntStream.range(0, 30_000).mapToObj(i -> "a" + i).collect(Collectors.joining(" ")) + ">x"),
        HTML_OF_TABLES(() -> "Subject: s\nContent-Type: text/html\n\n" + "<table><tr><td>".repeat(10_000)),
        HTML_UNCLOSED(() -> "Subject: s\nContent-Type: text/html\n\n" + "<".repeat(300_000)),
        HTML_ENTITIES(() -> "Subject: s\nContent-Type: text/html\n\n" + "&".repeat(200_000) + "&#x110000;&#0;&lt"),
        LONG_LINE(() -> "Subject: s\n\n" + "x".repeat(5_000_000)),
        NOISE(() -> {
            byte[] noise = new byte[200_000];
            new Random(11).nextBytes(noise);
            return new String(noise, StandardCharsets.ISO_8859_1);
        });

        private final Supplier<String> text;

        Shape(Supplier<String> text) {
            this.text = text;
        }

        /** @param network whether lines end as they do in the network */
        public byte[] bytes(boolean network) {
            String written = text.get();
            return (network ? written.replace("\n", "\r\n") : written).getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    private final AtomicLong steps = new AtomicLong();
    private final MessageParser parser = new MessageParser(ParseLimits.defaults(), steps::incrementAndGet);

    @ParameterizedTest
    @EnumSource(Shape.class)
    void givesAMessageThatCanBeStoredAfterABoundedNumberOfSteps(Shape shape) {
        for (boolean network : new boolean[] {true, false}) {
            steps.set(0);
            byte[] raw = shape.bytes(network);
            ParsedMessage message = parser.parse(raw);

            assertThat(steps.get()).isLessThan(STEPS_MAX + raw.length / FIELD_MIN_BYTES);
            String row = Json.write(StoredContent.of(message));
            assertThat(row).hasSizeLessThan(ROW_MAX_CHARS).doesNotContain("\\u0000");
            assertThat(Json.read(row, StoredContent.class)).isEqualTo(StoredContent.of(message));
            assertThat(message.text() + message.subject() + message.preview()).doesNotContain("\0");
            if (new String(raw, StandardCharsets.ISO_8859_1).startsWith("Subject: s") && shape != Shape.BARE_CR) {
                boolean left = shape == Shape.WORDS_100000;
                assertThat(message.subject()).startsWith(left ? "" : "s");
            }
        }
    }

    @Test
    void findsTheTextOfSignedAndInvitingMessages() {
        assertThat(parse(Shape.SIGNED).text()).isEqualTo("signed");
        assertThat(parse(Shape.CALENDAR).text()).isEqualTo("invited");
        assertThat(parse(Shape.BOUNDARY_WITHOUT_END).text()).isEqualTo("first\nsecond without an end");
        assertThat(parse(Shape.UUENCODE).text()).contains("begin 644 a.bin");
    }

    @Test
    void listsWhatItDoesNotUnpack() {
        assertThat(parse(Shape.TNEF).attachments())
                .extracting(file -> file.filename())
                .containsExactly("winmail.dat");
        assertThat(parse(Shape.OPAQUE_SIGNED).attachments())
                .extracting(file -> file.part())
                .containsExactly("1");
        assertThat(parse(Shape.PGP).attachments()).hasSize(2);
        assertThat(parse(Shape.MESSAGES_IN_MESSAGES).attachments())
                .extracting(file -> file.mediaType())
                .containsExactly("message/rfc822");
    }

    @Test
    void saysThatItDidNotReadEverything() {
        assertThat(Stream.of(
                                Shape.NESTED_200,
                                Shape.PARTS_100000,
                                Shape.HEADER_OF_10_MB,
                                Shape.HEADERS_100000,
                                Shape.WORDS_100000,
                                Shape.FROM_10000)
                        .filter(shape -> !parse(shape).partiallyParsed()))
                .isEmpty();
    }

    @Test
    void survivesAnyCutOfAnyShape() {
        for (Shape shape :
                Arrays.asList(Shape.TNEF, Shape.SIGNED, Shape.CALENDAR, Shape.SEGMENTS_BROKEN, Shape.WORDS_BROKEN)) {
            byte[] whole = shape.bytes(true);
            for (int end = 0; end < whole.length; end++) {
                assertThat(parser.parse(Arrays.copyOf(whole, end))).isNotNull();
            }
        }
    }

    @Test
    void showsTheStructureAsImapNumbersIt() {
        MimePart structure =
                Objects.requireNonNull(parser.parse("""
                Content-Type: multipart/mixed; boundary=o

                --o
                Content-Type: multipart/related; boundary=i

                --i
                Content-Type: text/html; charset=KOI8-R
                Content-Transfer-Encoding: QUOTED-PRINTABLE

                <img src=3D"cid:a@b">
                --i
                Content-Type: image/png
                Content-ID: <a@b>
                Content-Disposition: inline; filename="p.png"

                x
                --i--
                --o
                Content-Type: text/plain

                bye
                --o--
                """.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII))
                        .structure());

        assertThat(structure.all().map(part -> part.id() + " " + part.mediaType()))
                .containsExactly(
                        "null multipart/mixed",
                        "1 multipart/related",
                        "1.1 text/html",
                        "1.2 image/png",
                        "2 text/plain");
        assertThat(structure.find("1.1"))
                .contains(new MimePart(
                        "1.1", "text/html", "koi8-r", "quoted-printable", null, null, null, 19, java.util.List.of()));
        assertThat(structure.find("1.2"))
                .contains(new MimePart(
                        "1.2", "image/png", null, "7bit", "inline", "p.png", "a@b", 1, java.util.List.of()));
    }

    @Test
    void saysWhyItDidNotReadEverything() {
        Map<Shape, Shortfall> why = new EnumMap<>(Shape.class);
        for (Shape shape : Shape.values()) {
            Shortfall shortfall = parse(shape).shortfall();
            if (shortfall != null) {
                why.put(shape, shortfall);
            }
        }

        assertThat(why)
                .containsEntry(Shape.NESTED_200, Shortfall.TOO_DEEP)
                .containsEntry(Shape.NESTED_20000, Shortfall.TOO_DEEP)
                .containsEntry(Shape.PARTS_100000, Shortfall.TOO_MANY_PARTS)
                .containsEntry(Shape.PARTS_WITH_NAMES, Shortfall.TOO_MANY_ATTACHMENTS)
                .containsEntry(Shape.HEADER_OF_10_MB, Shortfall.HEADER)
                .containsEntry(Shape.FROM_10000, Shortfall.HEADER);
        assertThat(parse(Shape.NESTED_200).text()).isEqualTo("x");
    }

    private ParsedMessage parse(Shape shape) {
        return parser.parse(shape.bytes(true));
    }

    private static String mixed(String body) {
        return "Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n" + body;
    }

    private static String nested(int levels) {
        StringBuilder text = new StringBuilder("Subject: s\nContent-Type: multipart/mixed; boundary=b0\n\n");
        for (int i = 0; i < levels; i++) {
            text.append("--b")
                    .append(i)
                    .append("\nContent-Type: multipart/mixed; boundary=b")
                    .append(i + 1)
                    .append("\n\n");
        }
        return text + "--b" + levels + "\n\nx\n";
    }
}

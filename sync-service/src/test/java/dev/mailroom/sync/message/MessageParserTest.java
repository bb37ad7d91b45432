package dev.mailroom.sync.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.Address;
import dev.mailroom.contracts.Message;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class MessageParserTest {
    private final MessageParser parser = new MessageParser(ParseLimits.defaults());

    @Test
    void readsAPlainMessage() {
        ParsedMessage message = parse("""
                From: =?utf-8?q?Ana_S=C3=ADlva?= <ana@example.net>
                To: "Bo, Jr." <bo@example.com>, group: cy@example.com;
                Cc: dee@example.com (at work)
                Subject: =?iso-8859-1?Q?Gr=FC=DFe?=
                Date: Fri, 20 Nov 2026 10:00:00 +0100
                Message-ID: <1@example.net>
                In-Reply-To: <0@example.net>
                References: <a@example.net>
                 <0@example.net>
                List-Id: <list.example.net>
                Return-Path: <>

                Hello
                  world
                """);

        assertThat(message.from()).isEqualTo(new Address("Ana Sílva", "ana@example.net"));
        assertThat(message.to())
                .containsExactly(new Address("Bo, Jr.", "bo@example.com"), new Address(null, "cy@example.com"));
        assertThat(message.cc()).containsExactly(new Address(null, "dee@example.com"));
        assertThat(message.subject()).isEqualTo("Grüße");
        assertThat(message.sentAt()).isEqualTo(Instant.parse("2026-11-20T09:00:00Z"));
        assertThat(message.emailMessageId()).isEqualTo("<1@example.net>");
        assertThat(message.inReplyTo()).containsExactly("<0@example.net>");
        assertThat(message.references()).containsExactly("<a@example.net>", "<0@example.net>");
        assertThat(message.text()).isEqualTo("Hello\n  world");
        assertThat(message.preview()).isEqualTo("Hello world");
        assertThat(message.automation()).isEqualTo(new Message.Automation(null, null, "<list.example.net>", true));
        assertThat(message.partiallyParsed()).isFalse();
    }

    @Test
    void readsNamesAndSubjectsOfProgramsThatEncodeNothing() {
        byte[] western = "From: Jörg <j@example.net>\nSubject: schön\n\nx\n".getBytes(StandardCharsets.ISO_8859_1);

        ParsedMessage message = parser.parse(western);

        assertThat(message.from()).isEqualTo(new Address("Jörg", "j@example.net"));
        assertThat(message.subject()).isEqualTo("schön");
    }

    @Test
    void numbersAttachmentsAsImapDoes() {
        ParsedMessage message = parse("""
                Content-Type: multipart/mixed; boundary=o

                --o
                Content-Type: multipart/alternative; boundary=i

                --i
                Content-Type: text/plain

                words
                --i
                Content-Type: text/html

                <p>words</p>
                --i--
                --o
                Content-Type: application/pdf; name="=?utf-8?B?w6QucGRm?="
                Content-Disposition: attachment; filename*=utf-8''%C3%A4%2Fb.pdf
                Content-Transfer-Encoding: base64

                AAEC
                --o
                Content-Type: message/rfc822

                Subject: inner

                inner words
                --o--
                """);

        assertThat(message.text()).isEqualTo("words");
        assertThat(message.attachments())
                .extracting(Message.Attachment::part, Message.Attachment::filename, Message.Attachment::mediaType)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("2", "b.pdf", "application/pdf"),
                        org.assertj.core.groups.Tuple.tuple("3", null, "message/rfc822"));
        assertThat(message.attachments().getFirst().sizeBytes()).isEqualTo(3);
    }

    @Test
    void takesTheWordsOfHtmlWhereThereIsNoPlainText() {
        ParsedMessage message = parse("""
                Content-Type: text/html; charset=utf-8

                <html><head><title>no</title><style>p{}</style></head><body><p>One&nbsp;two</p><script>no()</script><div>three</div></body></html>
                """);

        assertThat(message.text()).isEqualTo("One two\nthree");
    }

    @Test
    void decodesBodiesByAnAllowListOfCharsets() {
        byte[] head = "Content-Type: text/plain; charset=utf-7\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] body = "+ADw-script+AD4- \u00e9".getBytes(Charset.forName("windows-1252"));

        assertThat(parser.parse(join(head, body)).text()).isEqualTo("+ADw-script+AD4- é");
    }

    @Test
    void cutsTextAtTheLimitOfAnEventBetweenCharacters() {
        ParsedMessage message = parse("Content-Type: text/plain; charset=utf-8\n\n" + "é".repeat(40_000));

        assertThat(message.textTruncated()).isTrue();
        assertThat(message.text().getBytes(StandardCharsets.UTF_8)).hasSize(Message.TEXT_MAX_BYTES);
        assertThat(message.text()).doesNotContain("\ufffd");
    }

    @Test
    void keepsNothingThatADatabaseCannotStore() {
        ParsedMessage message = parse("Subject: a\0b\nFrom: x\0y <a\0@b.c>\n\nnul \0 here \u0007");

        assertThat(message.subject()).doesNotContain("\0");
        assertThat(message.text()).doesNotContain("\0").doesNotContain("\u0007");
    }

    @Test
    void saysWhyNothingIsThereBelowTooManyLevels() {
        StringBuilder bomb = new StringBuilder("Subject: deep\nContent-Type: multipart/mixed; boundary=b0\n\n");
        for (int i = 0; i < 20_000; i++) {
            bomb.append("--b")
                    .append(i)
                    .append("\nContent-Type: multipart/mixed; boundary=b")
                    .append(i + 1)
                    .append("\n\n");
        }

        ParsedMessage message = parse(bomb.toString());

        assertThat(message.shortfall()).isEqualTo(Shortfall.TOO_DEEP);
        assertThat(message.subject()).isEqualTo("deep");
        assertThat(message.text()).isEmpty();
    }

    @Test
    void findsTheTextHoweverDeepItLiesAndWhatIsBesideIt() {
        StringBuilder raw = new StringBuilder("Subject: deep\nContent-Type: multipart/mixed; boundary=0b\n\n");
        for (int i = 0; i < 200; i++) {
            raw.append("--")
                    .append(i)
                    .append("b\nContent-Type: multipart/mixed; boundary=")
                    .append(i + 1)
                    .append("b\n\n");
        }
        raw.append("""
                --200b
                Content-Disposition: attachment; filename=a.txt

                not this
                --200b
                Content-Type: text/html

                <p>nor this</p>
                --200b
                Content-Type: text/plain; charset=iso-8859-1
                Content-Transfer-Encoding: quoted-printable

                h=E9re it is
                --200b--
                """);
        for (int i = 199; i > 0; i--) {
            raw.append("--").append(i).append("b--\n");
        }
        raw.append("--0b\nContent-Disposition: attachment; filename=last.pdf\n\nx\n--0b--\n");

        ParsedMessage message = parse(raw.toString());

        assertThat(message.text()).isEqualTo("h\u00e9re it is");
        assertThat(message.preview()).isEqualTo("h\u00e9re it is");
        assertThat(message.shortfall()).isEqualTo(Shortfall.TOO_DEEP);
        assertThat(message.attachments())
                .extracting(file -> file.part() + " " + file.filename())
                .containsExactly("2 last.pdf");
        assertThat(message.bodyDigests())
                .as("as when it could not be read: it stays the same message")
                .isEmpty();
        assertThat(Objects.requireNonNull(message.structure()).all().filter(MimePart::liesTooDeep))
                .hasSize(1);
    }

    @Test
    void readsTheWordsOfDeepHtmlWhereThereIsNoPlainText() {
        String open = IntStream.range(0, 40)
                .mapToObj(i -> "--b" + i + "\nContent-Type: multipart/related; boundary=\"b" + (i + 1) + "\"\n\n")
                .collect(Collectors.joining());

        ParsedMessage message = parse("Content-Type: multipart/mixed; boundary=b0\n\n" + open
                + "--b40\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHA+d29yZHM8L3A+\n--b40--\n");

        assertThat(message.text()).isEqualTo("words");
    }

    private ParsedMessage parse(String text) {
        return parser.parse(text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}

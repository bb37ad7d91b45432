package dev.mailroom.sync.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is left of a message that goes beyond {@link ParseLimits}. */
@Timeout(20)
class MessageLimitsTest {
    private final MessageParser parser = new MessageParser(ParseLimits.defaults());

    @Test
    void stopsAtTooManyParts() {
        ParsedMessage message =
                parse("Subject: wide\nContent-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n".repeat(200_000));

        assertThat(message.partiallyParsed()).isTrue();
        assertThat(message.subject()).isEqualTo("wide");
    }

    /** Attachments that are texts, each with the fields that mail programs write; together more than a message may have. */
    @Test
    void anAttachmentIsNoTextHoweverManyLieBeforeIt() {
        ParsedMessage message = parse("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nthe letter\n"
                + attachments(1, 900, "X-Note: " + "x".repeat(100) + "\n") + "--b--\n");

        assertThat(message.text()).isEqualTo("the letter");
        assertThat(message.attachments()).hasSize(ParseLimits.defaults().attachmentsMax());
        assertThat(message.shortfall()).isEqualTo(Shortfall.TOO_MANY_ATTACHMENTS);
        MimePart structure = Objects.requireNonNull(message.structure());
        assertThat(ShownContent.texts(structure)).extracting(MimePart::id).containsExactly("1");
        assertThat(ShownContent.leavesOut(structure)).isTrue();
    }

    @Test
    void manyAttachmentsWithTheFieldsOfAnyMailProgramAreAllKnown() {
        ParsedMessage message = parse("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nthe letter\n"
                + attachments(1, 200, "Content-Description: a note\n") + "--b--\n");

        assertThat(message.attachments()).hasSize(200).last().satisfies(last -> {
            assertThat(last.filename()).isEqualTo("note-200.txt");
            assertThat(last.part()).isEqualTo("201");
        });
        assertThat(message.shortfall()).isNull();
        assertThat(ShownContent.leavesOut(Objects.requireNonNull(message.structure())))
                .isFalse();
    }

    @Test
    void ofAFieldThatIsTooLongTheBeginningIsRead() {
        String many = IntStream.range(0, 4_000)
                .mapToObj(i -> "\"Somebody %d\" <somebody%d@example.net>".formatted(i, i))
                .collect(Collectors.joining(",\n "));
        String named = IntStream.range(0, 4_000)
                .mapToObj(i -> "<%d@example.net>".formatted(i))
                .collect(Collectors.joining("\n "));

        ParsedMessage message =
                parse("To: " + many + "\nReferences: " + named + "\nSubject: " + "s".repeat(70_000) + "\n\nx\n");

        assertThat(message.to())
                .hasSizeGreaterThan(1_000)
                .allSatisfy(to -> assertThat(to.address()).endsWith("@example.net"));
        assertThat(message.references())
                .isNotEmpty()
                .allSatisfy(id -> assertThat(id).endsWith("@example.net>"));
        assertThat(message.subject()).startsWith("sss");
        assertThat(message.shortfall()).isEqualTo(Shortfall.HEADER);
    }

    @Test
    void aPartThatDoesNotSayWhatItIsWithinTheLimitsIsNoText() {
        String long64k = "x".repeat(70 * 1024);
        for (String field : List.of(
                "Content-Disposition: attachment; x=" + long64k + "; filename=a.txt",
                "Content-Type: text/plain; x=" + long64k + "; name=a.txt")) {
            ParsedMessage message = parse("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nthe letter\n--b\n"
                    + field + "\n\nthe attachment\n--b--\n");

            assertThat(message.text()).isEqualTo("the letter");
            assertThat(message.attachments())
                    .extracting(Message.Attachment::part)
                    .containsExactly("2");
            assertThat(message.shortfall()).isEqualTo(Shortfall.HEADER);
            assertThat(ShownContent.texts(Objects.requireNonNull(message.structure())))
                    .extracting(MimePart::id)
                    .containsExactly("1");
        }
    }

    @Test
    void anAttachmentThatLiesTooDeepIsNoTextHoweverManyLieBeforeIt() {
        int levels = ParseLimits.defaults().depthMax() + 5;
        StringBuilder deep = new StringBuilder("Content-Type: multipart/mixed; boundary=b0\n");
        for (int level = 1; level < levels; level++) {
            deep.append("\n--b%d\nContent-Type: multipart/mixed; boundary=b%d\n".formatted(level - 1, level));
        }
        String last = "b" + (levels - 1);
        deep.append("\n--").append(last).append("\n\nthe letter\n");
        deep.append(attachments(1, 900, "X-Note: " + "x".repeat(100) + "\n").replace("--b\n", "--" + last + "\n"));

        assertThat(parse(deep.toString()).text()).isEqualTo("the letter");
    }

    private static String attachments(int from, int to, String moreFields) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(i -> "--b\n" + moreFields + """
                        Content-Type: text/plain; charset=utf-8
                        Content-Disposition: attachment; filename=note-%1$d.txt
                        Content-Transfer-Encoding: 7bit
                        Content-ID: <note-%1$d@example.net>

                        attachment %1$d
                        """.formatted(i))
                .collect(Collectors.joining());
    }

    @Test
    void readsTheTextBehindAHeaderLineOfTwoMegabytes() {
        ParsedMessage message = parse("X-Long: " + "x".repeat(2_000_000) + "\nSubject: after\n\nthe text");

        assertThat(message.partiallyParsed()).isTrue();
        assertThat(message.subject()).isEqualTo("after");
        assertThat(message.text()).isEqualTo("the text");
        assertThat(message.structure()).isNotNull();
    }

    @Test
    void readsTheBeginningOfAHugeFieldAndAllBehindIt() {
        ParsedMessage message =
                parse("To: " + "a@b.example, ".repeat(20_000) + "\nSubject: after\nFrom: a@b.example\n\nx");

        assertThat(message.partiallyParsed()).isTrue();
        assertThat(message.subject()).isEqualTo("after");
        assertThat(message.to()).isNotEmpty().allMatch(to -> to.address().equals("a@b.example"));
    }

    @Test
    void boundsAddressesToWhatFitsAnEvent() {
        StringBuilder many = new StringBuilder();
        for (String header : List.of("To", "Cc", "Bcc", "Reply-To")) {
            many.append(header)
                    .append(": ")
                    .append("somebody@example.example,".repeat(2_500))
                    .append("x@y.z\n");
        }

        ParsedMessage message = parse(many + "\nx");

        assertThat(message.partiallyParsed()).isTrue();
        assertThat(message.to().size()
                        + message.cc().size()
                        + message.bcc().size()
                        + message.replyTo().size())
                .isBetween(1, 5_000);
    }

    @Test
    void leavesTooManyEncodedWordsAsTheyAre() {
        ParsedMessage message = parse("Subject: " + "=?utf-8?q?a?= ".repeat(3_000) + "\n\nx");

        assertThat(message.partiallyParsed()).isTrue();
        assertThat(message.subject()).startsWith("=?utf-8?q?a?=");
    }

    @Test
    void survivesABodyOfTags() {
        ParsedMessage message =
                parse("Content-Type: text/html\n\n" + "<div>".repeat(100_000) + "end" + "<b>".repeat(50_000));

        assertThat(message.text()).contains("end");
    }

    @Test
    void stopsAtTheDeadline() {
        AtomicLong nanos = new AtomicLong();
        MessageParser slow = new MessageParser(
                ParseLimits.defaults().withDeadline(Duration.ofMillis(5)), () -> nanos.addAndGet(1_000_000));

        ParsedMessage message =
                slow.parse(("Subject: slow\nContent-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n".repeat(100))
                        .getBytes(StandardCharsets.US_ASCII));

        assertThat(message.partiallyParsed()).isTrue();
    }

    @Test
    void readsAnythingWithoutAnException() {
        java.util.Random random = new java.util.Random(7);
        for (int i = 0; i < 200; i++) {
            byte[] noise = new byte[random.nextInt(2_000)];
            random.nextBytes(noise);
            assertThat(parser.parse(noise)).isNotNull();
        }
        assertThat(parser.parse(new byte[0]).subject()).isEmpty();
    }

    @Test
    void readsAMessageAboveTheSizeLimitByItsHeader() {
        byte[] head = "Subject: big\r\nMessage-ID: <big@example.net>\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

        ParsedMessage message = parser.parse(join(head, new byte[51 * 1024 * 1024]));

        assertThat(message.subject()).isEqualTo("big");
        assertThat(message.partiallyParsed()).isTrue();
        assertThat(message.text()).isEmpty();
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

package dev.mailroom.send.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.Address;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The bytes of messages. */
class ComposerTest {
    private static final UUID ID = UUID.fromString("018f0000-0000-7000-8000-000000000001");
    private static final Instant DATE = Instant.parse("2026-11-20T12:34:56.789Z");
    private static final Address ANA = new Address("Ana Silva", "ana@example.com");
    private static final Address BO = new Address(null, "bo@example.org");

    private final Composer composer = new Composer();

    private static Draft draft(@Nullable String text, @Nullable String html, Draft.Attachment... attachments) {
        return new Draft(
                ANA,
                "ana@example.com",
                List.of(BO),
                List.of(),
                List.of(new Address("Hidden", "hidden@example.net")),
                "Hello",
                text,
                html,
                List.of(attachments),
                null,
                List.of(),
                false);
    }

    private String compose(Draft draft) {
        return new String(composer.compose(draft, ID, DATE).mime(), StandardCharsets.UTF_8);
    }

    private MimeMessage parse(Draft draft) throws Exception {
        return new MimeMessage(
                Session.getInstance(new Properties()),
                new ByteArrayInputStream(composer.compose(draft, ID, DATE).mime()));
    }

    @Test
    void writesAPlainMessageByteForByte() {
        assertThat(compose(draft("Hello,\nwörld\r\n.\r", null)))
                .isEqualTo("""
                Date: Fri, 20 Nov 2026 12:34:56 +0000 (UTC)
                From: Ana Silva <ana@example.com>
                To: bo@example.org
                Message-ID: <3f6fb1a9@example.com>
                Subject: Hello
                MIME-Version: 1.0
                Content-Type: text/plain; charset=UTF-8
                Content-Transfer-Encoding: quoted-printable

                Hello,
                w=C3=B6rld
                .
                """.replace("\n", "\r\n").replace("<3f6fb1a9@example.com>", messageId()));
    }

    private String messageId() {
        return composer.compose(draft("", null), ID, DATE).messageId();
    }

    @Test
    void makesTheSameBytesTwiceAndOthersForAnotherMessage() {
        Draft draft = draft("text", "<p>html</p>", new Draft.Attachment("a.txt", "text/plain", new byte[] {1, 2}));

        assertThat(compose(draft)).isEqualTo(compose(draft));
        assertThat(new String(composer.compose(draft, UUID.randomUUID(), DATE).mime(), StandardCharsets.UTF_8))
                .isNotEqualTo(compose(draft));
        assertThat(messageId()).matches("<[0-9a-f-]{36}@example\\.com>").isEqualTo(messageId());
    }

    @Test
    void nestsTextAndHtmlInsideAttachments() throws Exception {
        byte[] data = {0, 10, 13, -1, 46};
        MimeMessage message =
                parse(draft("text", "<p>hi</p>", new Draft.Attachment("Größe 1.pdf", "application/PDF", data)));

        MimeMultipart mixed = (MimeMultipart) message.getContent();
        MimeMultipart alternative = (MimeMultipart) mixed.getBodyPart(0).getContent();
        assertThat(message.getContentType()).startsWith("multipart/mixed");
        assertThat(mixed.getCount()).isEqualTo(2);
        assertThat(alternative.getContentType()).startsWith("multipart/alternative");
        assertThat(alternative.getBodyPart(0).getContentType()).startsWith("text/plain");
        assertThat(alternative.getBodyPart(1).getContentType()).startsWith("text/html");
        assertThat(mixed.getBodyPart(1).getInputStream().readAllBytes()).isEqualTo(data);
        assertThat(mixed.getBodyPart(1).getFileName()).isEqualTo("Größe 1.pdf");
        assertThat(mixed.getBodyPart(1).getContentType()).startsWith("application/pdf");
    }

    @Test
    void neverWritesBcc() {
        assertThat(compose(draft("x", null))).doesNotContainIgnoringCase("bcc").doesNotContain("hidden@example.net");
    }

    @Test
    void keepsLinesShortAndInSevenBitsWhateverIsInside() {
        String longLine = "ä".repeat(5_000);
        Draft draft = new Draft(
                new Address("Ä".repeat(200), "ana@example.com"),
                "ana@example.com",
                List.of(new Address("名前".repeat(50), "bo@example.org")),
                List.of(),
                List.of(),
                "長い件名".repeat(200),
                longLine,
                "<p>" + longLine + "</p>",
                List.of(new Draft.Attachment(
                        "添付".repeat(100), "text/plain", longLine.getBytes(StandardCharsets.UTF_8))),
                null,
                Collections.nCopies(100, "<" + "r".repeat(200) + "@example.com>"),
                false);

        String mime = compose(draft);

        assertThat(mime.lines()).allMatch(line -> line.length() <= 998);
        assertThat(mime.chars()).allMatch(c -> c < 0x80 && c != 0);
        assertThat(mime.replace("\r\n", "")).doesNotContain("\r", "\n");
        assertThat(mime).endsWith("\r\n");
    }

    @Test
    void keepsALongSubjectInsideItsLineLimit() {
        Draft draft = new Draft(
                ANA,
                "ana@example.com",
                List.of(BO),
                List.of(),
                List.of(),
                "x".repeat(DraftCheck.SUBJECT_MAX_CHARS),
                "x",
                null,
                List.of(),
                null,
                List.of(),
                false);

        assertThat(DraftCheck.of(draft)).isEmpty();
        assertThat(compose(draft).lines()).allMatch(line -> line.length() <= 998);
    }

    @Test
    void saysThatAMachineAnswersAndWhatItAnswers() {
        Draft draft = new Draft(
                ANA,
                "ana@example.com",
                List.of(BO),
                List.of(),
                List.of(),
                "Re: x",
                "x",
                null,
                List.of(),
                "<1@example.org>",
                List.of(),
                true);

        assertThat(compose(draft))
                .contains("Auto-Submitted: auto-replied\r\n")
                .contains("In-Reply-To: <1@example.org>\r\n")
                .contains("References: <1@example.org>\r\n");
    }

    @Test
    void writesAddressesOfTheWholeWorld() {
        Draft draft = new Draft(
                ANA,
                "ana@example.com",
                List.of(new Address(null, "bo@Bücher.example"), new Address(null, "jörg@example.org")),
                List.of(),
                List.of(),
                "x",
                "x",
                null,
                List.of(),
                null,
                List.of(),
                false);

        assertThat(DraftCheck.of(draft)).isEmpty();
        assertThat(compose(draft)).contains("bo@xn--bcher-kva.example").contains("jörg@example.org");
    }

    @Test
    void attachesAMessageWithoutMakingItAPartOfThisOne() throws Exception {
        MimeMessage message = parse(draft(
                "x",
                null,
                new Draft.Attachment(
                        "old.eml", "message/rfc822", "Subject: old\n\nlong".getBytes(StandardCharsets.US_ASCII))));

        assertThat(((MimeMultipart) message.getContent()).getBodyPart(1).getContentType())
                .startsWith("application/octet-stream");
    }
}

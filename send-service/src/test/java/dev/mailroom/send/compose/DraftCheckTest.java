package dev.mailroom.send.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.Address;
import dev.mailroom.http.FieldError;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Injection and limits, for every field that ends in a header. */
class DraftCheckTest {
    private static final Address BO = new Address("Bo", "bo@example.org");
    private static final Draft GOOD = new Draft(
            new Address("Ana", "ana@example.com"),
            "ana@example.com",
            List.of(BO),
            List.of(),
            List.of(),
            "Hello",
            "text",
            null,
            List.of(),
            null,
            List.of(),
            false);

    static Stream<Arguments> injections() {
        return Stream.of("\r\nBcc: evil@example.net", "\nX: y", "\rX: y", "\0", "\u2028X: y", "\u0085X: y", "\ud800")
                .flatMap(injection -> Stream.of(
                                "/from/name",
                                "/from/address",
                                "/to/0/name",
                                "/to/0/address",
                                "/subject",
                                "/in_reply_to",
                                "/references/0",
                                "/attachments/0/filename",
                                "/attachments/0/media_type")
                        .map(field -> Arguments.of(field, injection)));
    }

    @ParameterizedTest
    @MethodSource("injections")
    void refusesWhatCouldBeginAHeaderOfItsOwn(String field, String injection) {
        assertThat(DraftCheck.of(with(field, injection)))
                .extracting(FieldError::pointer)
                .contains(field);
    }

    private static Draft with(String field, String bad) {
        Address from =
                switch (field) {
                    case "/from/name" -> new Address("Ana" + bad, "ana@example.com");
                    case "/from/address" -> new Address("Ana", "ana@example.com" + bad);
                    default -> GOOD.from();
                };
        Address to =
                switch (field) {
                    case "/to/0/name" -> new Address("Bo" + bad, BO.address());
                    case "/to/0/address" -> new Address("Bo", "bo" + bad + "@example.org");
                    default -> BO;
                };
        Draft.Attachment file = new Draft.Attachment(
                field.equals("/attachments/0/filename") ? "a" + bad + ".txt" : "a.txt",
                field.equals("/attachments/0/media_type") ? "text/plain" + bad : "text/plain",
                new byte[0]);
        return new Draft(
                from,
                "ana@example.com",
                List.of(to),
                List.of(),
                List.of(),
                field.equals("/subject") ? "Hello" + bad : "Hello",
                "text",
                null,
                List.of(file),
                field.equals("/in_reply_to") ? "<1@example.org>" + bad : null,
                field.equals("/references/0") ? List.of("<1" + bad + "@example.org>") : List.of(),
                false);
    }

    @Test
    void takesAGoodDraft() {
        assertThat(DraftCheck.of(GOOD)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Ana.Silva@Example.COM, Ana.Silva@example.com",
        "bo@bücher.example, bo@xn--bcher-kva.example",
        "o'neil+tag@example.org, o'neil+tag@example.org",
        "jörg@example.org, jörg@example.org",
        "root@localhost, root@localhost"
    })
    void normalizesAddresses(String given, String expected) {
        assertThat(DraftCheck.normalize(given)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "a@",
                "@b",
                "a b@c.example",
                "a@b c",
                "a@b..c",
                "a@-b.example",
                ".a@b.example",
                "a.@b.example",
                "a@[127.0.0.1]",
                "\"a b\"@c.example",
                "a@b.example>",
                "<a@b.example",
                "a@b@c.example,d@e.example",
                "a,b@c.example"
            })
    void refusesWhatIsNoAddress(String given) {
        assertThat(DraftCheck.normalize(given)).isNull();
    }

    @Test
    void takesAHundredRecipientsAndRefusesOneMore() {
        assertThat(DraftCheck.of(recipients(DraftCheck.RECIPIENTS_MAX))).isEmpty();
        assertThat(DraftCheck.of(recipients(DraftCheck.RECIPIENTS_MAX + 1)))
                .extracting(FieldError::pointer)
                .containsExactly("/to");
        assertThat(DraftCheck.of(recipients(0))).extracting(FieldError::pointer).containsExactly("/to");
    }

    private static Draft recipients(int number) {
        return new Draft(
                GOOD.from(),
                "ana@example.com",
                List.of(),
                List.of(),
                Collections.nCopies(number, BO),
                "x",
                "x",
                null,
                List.of(),
                null,
                List.of(),
                false);
    }

    @Test
    void limitsTheBytesOfAllAttachmentsTogether() {
        byte[] half = new byte[(int) (DraftCheck.ATTACHMENTS_MAX_BYTES / 2)];
        byte[] more = new byte[half.length + 1];

        assertThat(DraftCheck.of(attachments(half, half))).isEmpty();
        assertThat(DraftCheck.of(attachments(half, more)))
                .extracting(FieldError::pointer)
                .containsExactly("/attachments");
    }

    private static Draft attachments(byte[] one, byte[] two) {
        return new Draft(
                GOOD.from(),
                "ana@example.com",
                List.of(BO),
                List.of(),
                List.of(),
                "x",
                "x",
                null,
                List.of(new Draft.Attachment("a", "a/b", one), new Draft.Attachment("b", "a/b", two)),
                null,
                List.of(),
                false);
    }
}

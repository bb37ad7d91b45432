package dev.mailroom.sync.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ContentKeyTest {
    private static final Instant DATE = Instant.parse("2026-11-20T10:00:00Z");
    private static final String BASE = """
            From: a@example.net
            To: b@example.com, c@example.com
            Subject: Key
            Date: Fri, 20 Nov 2026 10:00:00 +0000
            Message-ID: <1@example.net>

            words
            """;

    private final MessageParser parser = new MessageParser(ParseLimits.defaults());

    @Test
    void isTheSameForACopyThatAServerWroteAnew() {
        String rewritten = """
                Received: from somewhere
                X-Spam: no
                Message-ID: <1@example.net>
                To: C@example.com, b@example.com
                From: A <a@example.net>
                Subject: =?utf-8?q?Key?=
                Date: Fri, 20 Nov 2026 11:00:00 +0100
                Content-Transfer-Encoding: quoted-printable

                wor=64s

                """;

        assertThat(key(rewritten)).isEqualTo(key(BASE));
    }

    @Test
    void isAnotherWhereOnlyTheMessageIdAgrees() {
        assertThat(key(BASE.replace("words", "other words"))).isNotEqualTo(key(BASE));
        assertThat(key(BASE.replace("Subject: Key", "Subject: Lock"))).isNotEqualTo(key(BASE));
        assertThat(key(BASE.replace("1@example.net", "2@example.net"))).isNotEqualTo(key(BASE));
    }

    @Test
    void isAnotherWhereAnswersGoElsewhere() {
        String answered = BASE.replace("Subject:", "Reply-To: A <a@example.net>\nSubject:");

        assertThat(key(answered)).isNotEqualTo(key(BASE));
        assertThat(key(answered)).isEqualTo(key(answered.replace("A <a@example.net>\n", "a@Example.net\n")));
        assertThat(key(answered)).isNotEqualTo(key(answered.replace("Reply-To: A <a@", "Reply-To: A <evil@")));
    }

    @Test
    void keepsEqualMessagesWithoutMessageIdApartByTheirDate() {
        String anonymous = BASE.replace("Message-ID: <1@example.net>\n", "");
        ParsedMessage message = parser.parse(bytes(anonymous));

        assertThat(ContentKey.of(message, DATE, 1)).isNotEqualTo(ContentKey.of(message, DATE.plusSeconds(1), 1));
    }

    @Test
    void keepsMessagesThatSayNothingApartByAllOfTheirHeader() {
        String nothing = """
                Received: from somewhere by here id 1
                From: a@example.net
                Subject: Alarm

                """;

        assertThat(key(nothing)).isEqualTo(key(nothing.replace("somewhere by", "somewhere\n by")));
        assertThat(key(nothing)).isNotEqualTo(key(nothing.replace("id 1", "id 2")));
        assertThat(key(nothing + "words")).isEqualTo(key(nothing.replace("id 1", "id 2") + "words"));
    }

    @Test
    void givesAMessageOneIdForEachOrganization() {
        UUID organization = UUID.fromString("11111111-1111-1111-1111-111111111111");

        assertThat(key(BASE).messageIn(organization)).isEqualTo(key(BASE).messageIn(organization));
        assertThat(key(BASE).messageIn(UUID.randomUUID()))
                .isNotEqualTo(key(BASE).messageIn(organization));
    }

    private ContentKey key(String text) {
        return ContentKey.of(parser.parse(bytes(text)), DATE, text.length());
    }

    private static byte[] bytes(String text) {
        return text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    }
}

package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.mailclient.Secret;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesAndSetsTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
                    Entwürfe,      Entw&APw-rfe
                    日本語,         &ZeVnLIqe-
                    A&B,           A&-B
                    plain,         plain
                    ~peter/台北/日,  '~peter/&U,BTFw-/&ZeU-'
                    😀,            &2D3eAA-
                    """)
    void encodesNamesInModifiedUtf7(String text, String encoded) {
        assertThat(ModifiedUtf7.encode(text)).isEqualTo(encoded);
        assertThat(ModifiedUtf7.decode(encoded)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"A&B", "R&D/x", "&AOk", "&", "a&!!!-b", "&AO-", "&-&"})
    void showsANameThatIsNotWellFormedAsItIs(String raw) {
        assertThat(new MailboxName(raw.equals("&-&") ? "x&-&" : raw, '/').display())
                .isEqualTo(raw.equals("&-&") ? "x&-&" : raw);
    }

    @Test
    void showsRawUtf8() {
        assertThat(MailboxName.ofRaw("Entwürfe".getBytes(java.nio.charset.StandardCharsets.UTF_8), '/')
                        .display())
                .isEqualTo("Entwürfe");
        assertThat(MailboxName.of(List.of("Entwürfe", "x"), '/', true).path()).containsExactly("Entwürfe", "x");
    }

    @Test
    void comparesNamesByTheirBytesAndTheInboxWithoutCase() {
        assertThat(new MailboxName("inbox", '.')).isEqualTo(MailboxName.INBOX);
        assertThat(new MailboxName("Sent", '.')).isNotEqualTo(new MailboxName("sent", '.'));
        assertThat(new MailboxName("x&AOk-&AOk-y", '/')).isNotEqualTo(new MailboxName("x&AOkA6Q-y", '/'));
        assertThat(new MailboxName("x&AOk-&AOk-y", '/').display()).isEqualTo("xééy");
        assertThat(new MailboxName("secret", '.').toString()).doesNotContain("secret");
    }

    @Test
    void refusesPathsThatCannotBeNames() {
        assertThatThrownBy(() -> MailboxName.of(List.of("a/b"), '/', false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MailboxName.of(List.of("a\r\n"), '/', false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MailboxName.of(List.of("a", "b"), '\0', false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MailboxName.of(List.of(), '/', false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MailboxName("x".repeat(2_501), '/')).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keepsUidsAsRanges() {
        UidSet set = UidSet.of(List.of(5L, 1L, 2L, 3L, 9L, 2L));

        assertThat(set.wire()).isEqualTo("1:3,5,9");
        assertThat(set.size()).isEqualTo(5);
        assertThat(set.stream()).containsExactly(1L, 2L, 3L, 5L, 9L);
        assertThat(List.of(set.contains(0), set.contains(3), set.contains(4), set.contains(9), set.contains(10)))
                .containsExactly(false, true, false, true, false);
        assertThat(UidSet.from(7).wire()).isEqualTo("7:*");
        assertThat(UidSet.ALL.size()).isEqualTo(UidSet.UID_MAX);
        assertThat(UidSet.EMPTY.isEmpty()).isTrue();
        assertThatThrownBy(() -> UidSet.range(5, 4)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void cutsLongSetsIntoPieces() {
        UidSet odd =
                UidSet.of(LongStream.range(0, 5_000).map(i -> 2 * i + 1).boxed().toList());

        List<String> pieces = odd.wirePieces(1_000);

        assertThat(pieces).allMatch(piece -> piece.length() <= 1_000).hasSizeGreaterThan(20);
        assertThat(String.join(",", pieces)).isEqualTo(odd.wire());
    }

    @Test
    void hidesSecrets() {
        try (Secret secret = Secret.of("hunter2")) {
            assertThat(secret.toString()).doesNotContain("hunter2");
            assertThat(new ImapCredentials("ana", secret).toString())
                    .doesNotContain("hunter2")
                    .doesNotContain("ana");
            assertThat(secret.utf8()).asString().isEqualTo("hunter2");
            secret.wipe();
            assertThatThrownBy(secret::utf8).isInstanceOf(IllegalStateException.class);
        }
    }
}

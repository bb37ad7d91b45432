package dev.mailroom.account.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.account.notice.NoticeLetter.Item;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LetterTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final UUID ACCOUNT = UUID.fromString("0199d2a0-0000-7000-8000-000000000001");
    private static final NoticeLetter LETTERS =
            new NoticeLetter(Optional.of(URI.create("https://mailroom.example/app/")));

    @Test
    void saysWhatHappenedSinceWhenAndWhatToDo() {
        Letter letter =
                LETTERS.of(List.of(problem("Ana", "ana@example.com", "auth_failed", "credentials_refused")), NOW);

        assertThat(letter.subject()).isEqualTo("Mailroom cannot log in to ana@example.com");
        assertThat(letter.text())
                .contains("Ana (ana@example.com)\n")
                .contains("What happened: The mail server refuses the user name or the password.")
                .contains("Since: 20 November 2026, 08:30 UTC")
                .contains("What to do: Enter the password again.")
                .contains("https://mailroom.example/app/accounts/" + ACCOUNT);
        assertThat(letter.html())
                .contains("<a href=\"https://mailroom.example/app/accounts/" + ACCOUNT + "\">Open the account</a>");
    }

    @Test
    void listsManyAccountsInOneLetterAndCountsTheRest() {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            items.add(problem("A" + i, "a" + i + "@example.com", "disconnected", "connect_timeout"));
        }

        Letter letter = LETTERS.of(items, NOW);

        assertThat(letter.subject()).isEqualTo("60 accounts need your attention in Mailroom");
        assertThat(letter.text())
                .contains("a49@example.com")
                .doesNotContain("a50@example.com")
                .contains("And 10 more.");
    }

    @Test
    void tellsWhatWorksAgain() {
        Item back = new Item(ACCOUNT, "Ana", "ana@example.com", NoticeRow.RECOVERED, "live", null, NOW);

        assertThat(LETTERS.of(List.of(back), NOW).subject()).isEqualTo("ana@example.com works again in Mailroom");
        assertThat(LETTERS.of(List.of(back, problem("B", "b@example.com", "needs_action", "over_quota")), NOW)
                        .text())
                .contains("This account gets mail again:")
                .contains("The mailbox is full.");
    }

    @Test
    void letsNothingOutOfItsPlace() {
        Item hostile = problem(
                "<script>alert(1)</script>\r\nBcc: eve@evil.example\u202egnp.exe\0",
                "ana@example.com\r\nBcc: eve@evil.example",
                "auth_failed",
                "<b>");

        Letter letter = LETTERS.of(List.of(hostile), NOW);

        assertThat(letter.subject()).doesNotContain("\r").doesNotContain("\n");
        assertThat(letter.html()).doesNotContain("<script>").contains("&lt;script&gt;");
        assertThat(letter.text())
                .doesNotContain("\r")
                .doesNotContain("\nBcc:")
                .doesNotContain("\u202e")
                .doesNotContain("\0");
    }

    @Test
    void cutsWhatIsTooLong() {
        Letter letter = LETTERS.of(
                List.of(problem("n".repeat(5_000), "a".repeat(250) + "@example.com", "auth_failed", null)), NOW);

        assertThat(letter.subject()).hasSize(Letter.SUBJECT_MAX).endsWith("...");
        assertThat(letter.text()).doesNotContain("n".repeat(101));
    }

    @Test
    void linksToTheWebOnly() {
        assertThatThrownBy(() -> Letter.about("x").link("x", URI.create("javascript:alert(1)")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hasASubjectOfAscii() {
        assertThat(Letter.about("Grüße an 日本").end().subject()).isEqualTo("Gr??e an ??");
    }

    private static Item problem(String name, String email, String state, @Nullable String category) {
        return new Item(
                ACCOUNT, name, email, NoticeRow.PROBLEM, state, category, Instant.parse("2026-11-20T08:30:00Z"));
    }
}

package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Names that servers list and that are not as the protocol wants them. */
class MailboxNamesTest {
    private static final String UTF8_BYTES =
            new String("Entwürfe/😀".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

    static Stream<Arguments> shown() {
        return Stream.of(
                Arguments.of("A&B", '/', List.of("A&B")),
                Arguments.of("A&-B", '/', List.of("A&B")),
                Arguments.of("R&D/x", '/', List.of("R&D", "x")),
                Arguments.of("R&-D/x", '/', List.of("R&D", "x")),
                Arguments.of("&", '/', List.of("&")),
                Arguments.of("&-", '/', List.of("&")),
                Arguments.of("say \"hi\"", '/', List.of("say \"hi\"")),
                Arguments.of("back\\slash", '/', List.of("back\\slash")),
                Arguments.of("back\\slash", '\\', List.of("back", "slash")),
                Arguments.of("INBOX.Entw&APw-rfe", '.', List.of("INBOX", "Entwürfe")),
                Arguments.of("a/b.c", '\0', List.of("a/b.c")),
                Arguments.of("a^b", '^', List.of("a", "b")),
                Arguments.of("&2D3eAA-", '/', List.of("😀")),
                Arguments.of(UTF8_BYTES, '/', List.of("Entwürfe", "😀")),
                // ISO 8859-1, from before there was an encoding
                Arguments.of("Entw\u00fcrfe", '/', List.of("Entwürfe")),
                // half a character of two
                Arguments.of("&2D0-", '/', List.of("&2D0-")),
                // a hidden NUL, a hidden line end
                Arguments.of("a&AAA-b", '/', List.of("a&AAA-b")),
                Arguments.of("a&AA0ACg-b", '/', List.of("a&AA0ACg-b")),
                Arguments.of("&AOk", '/', List.of("&AOk")),
                Arguments.of("&AO-", '/', List.of("&AO-")),
                Arguments.of("parent/", '/', List.of("parent")),
                Arguments.of("a//b", '/', List.of("a", "", "b")),
                Arguments.of("/", '/', List.of("", "")),
                Arguments.of("x\r\ny", '/', List.of("x\r\ny")));
    }

    @ParameterizedTest
    @MethodSource("shown")
    void showsTheNameAndKeepsItsBytes(String raw, char delimiter, List<String> path) {
        MailboxName name = MailboxName.ofRaw(raw.getBytes(StandardCharsets.ISO_8859_1), delimiter);

        assertThat(name.path()).isEqualTo(path);
        assertThat(name.raw()).isEqualTo(raw);
        assertThat(name.bytes()).isEqualTo(raw.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void knowsTwoHundredLevels() {
        List<String> path = IntStream.range(0, 200).mapToObj(i -> "level " + i).toList();

        assertThat(MailboxName.of(path, '/', false).path()).isEqualTo(path);
    }

    @Test
    void tellsNamesApartThatDifferInCaseOnlyButNotTheInbox() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> c.logIn("IMAP4rev1")
                .answer(
                        "LIST",
                        "* LIST () \"/\" Inbox",
                        "* LIST () \"/\" INBOX",
                        "* LIST () \"/\" Work",
                        "* LIST () \"/\" work")
                .hang())) {
            assertThat(rawNames(scripted)).containsExactly("INBOX", "Work", "work");
        }
    }

    @Test
    void aMailboxThatIsNamedTwiceIsOne() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> c.logIn("IMAP4rev1")
                .answer(
                        "LIST",
                        "* LIST (\\Noselect \\HasChildren) \"/\" Old",
                        "* LIST (\\Sent) \"/\" Old",
                        "* LIST () \"/\" INBOX",
                        "* LIST () \"/\" Parent",
                        "* LIST (\\Noselect) \"/\" \"Parent/\"",
                        "* LIST (\\Noselect) \"/\" \"Alone/\"")
                .hang())) {
            List<ListedMailbox> listed = scripted.session().list();

            assertThat(listed)
                    .extracting(mailbox -> mailbox.name().raw())
                    .containsExactly("Old", "INBOX", "Parent", "Alone/");
            assertThat(listed.getFirst().selectable()).isTrue();
            assertThat(listed.getFirst().specialUse()).isEqualTo(SpecialUse.SENT);
        }
    }

    @Test
    void asksOlderServersWhatMailboxesAreForAndKeepsTheNamesOfList() throws Exception {
        String[] names = {
            "* LIST () \"/\" INBOX", "* LIST () \"/\" \"[Gmail]/Gesendet\"", "* LIST () \"/\" \"[Gmail]/Spam\""
        };
        try (ScriptedSession scripted = ScriptedSession.start(c -> c.logIn("IMAP4rev1 XLIST")
                .answer("LIST \"\" \"*\"", names)
                .answer(
                        "XLIST \"\" \"*\"",
                        "* XLIST (\\HasNoChildren \\Inbox) \"/\" Posteingang",
                        "* XLIST (\\HasNoChildren \\Sent) \"/\" \"[Gmail]/Gesendet\"",
                        "* XLIST (\\HasNoChildren \\Spam) \"/\" \"[Gmail]/Spam\"")
                // The same mailboxes have the same uses.
                .answer("LIST \"\" \"*\"", names)
                .hang())) {
            for (int look = 0; look < 2; look++) {
                List<ListedMailbox> listed = scripted.session().list();
                assertThat(listed)
                        .extracting(mailbox -> mailbox.name().raw())
                        .containsExactly("INBOX", "[Gmail]/Gesendet", "[Gmail]/Spam");
                assertThat(listed)
                        .extracting(ListedMailbox::specialUse)
                        .containsExactly(null, SpecialUse.SENT, SpecialUse.JUNK);
            }
        }
    }

    @Test
    void learnsFromTheListWhereNewMailboxesHaveToLie() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> c.logIn("IMAP4rev1")
                .answer("LIST", "* LIST () \".\" INBOX", "* LIST () \".\" INBOX.Sent", "* LIST () \".\" INBOX.a.b")
                .hang())) {
            scripted.session().list();

            assertThat(scripted.session().personalNamespace()).isEqualTo(new Namespace("INBOX.", '.'));
        }
    }

    @Test
    void listsTenThousandMailboxes() throws Exception {
        List<String> lines = new ArrayList<>(List.of("* LIST () \"/\" INBOX"));
        IntStream.range(1, 10_000).forEach(i -> lines.add("* LIST () \"/\" folder" + i));
        try (ScriptedSession scripted = ScriptedSession.start(c -> c.logIn("IMAP4rev1")
                .answer("LIST", lines.toArray(String[]::new))
                .hang())) {
            assertThat(scripted.session().list()).hasSize(10_000);
        }
    }

    @Test
    void passesOverANameThatNoCommandCouldCarry() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> c.logIn("IMAP4rev1")
                .answer("LIST", "* LIST () \"/\" \"\"", "* LIST () \"/\" {3}\r\na\0b", "* LIST () \"/\" INBOX")
                .hang())) {
            assertThat(rawNames(scripted)).containsExactly("INBOX");
        }
    }

    @Test
    void ofTwoUsesTheOneThatSaysMoreCounts() {
        assertThat(SpecialUse.among(List.of("\\All", "\\Archive"))).isEqualTo(SpecialUse.ARCHIVE);
        assertThat(SpecialUse.among(List.of("\\starred", "\\JUNK"))).isEqualTo(SpecialUse.JUNK);
        assertThat(SpecialUse.among(List.of("\\HasChildren"))).isNull();
    }

    private static List<String> rawNames(ScriptedSession scripted) throws Exception {
        return scripted.session().list().stream()
                .map(mailbox -> mailbox.name().raw())
                .toList();
    }
}

package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Counters of many mailboxes, and answers that nobody asked for. */
class ImapStatusTest {
    @Test
    void asksForFiftyMailboxesBeforeItReadsTheFirstAnswer() throws Exception {
        List<MailboxName> names = new ArrayList<>();
        for (int i = 0; i < 51; i++) {
            names.add(new MailboxName("folder" + i, '/'));
        }
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn();
            for (int part : new int[] {50, 1}) {
                List<String> lines = new ArrayList<>();
                for (int i = 0; i < part; i++) {
                    lines.add(String.valueOf(c.readLine()));
                }
                for (String line : lines) {
                    String[] words = line.split(" ", 4);
                    if (words[2].equals("\"folder7\"")) {
                        c.send(words[0] + " NO cannot be opened");
                    } else {
                        c.send("* STATUS " + words[2] + " (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 3)");
                        c.send(words[0] + " OK done");
                    }
                }
            }
            c.hang();
        })) {
            Map<MailboxName, MailboxStatus> counters = scripted.session().statuses(names);

            assertThat(counters).hasSize(50).doesNotContainKey(new MailboxName("folder7", '/'));
            assertThat(scripted.session().isOpen()).isTrue();
        }
    }

    @Test
    void flagsAloneOfAMessageThatNobodyAskedForAreNoMessage() throws Exception {
        List<Long> uids = new ArrayList<>();
        try (ScriptedSession scripted = ScriptedSession.start(c -> c.logIn()
                .select(1)
                .answer(
                        "UID FETCH 1:*",
                        "* 9 FETCH (UID 4294967290 FLAGS ())",
                        "* 1 FETCH (UID 1 FLAGS () INTERNALDATE \"01-Jan-2026 12:00:00 +0000\" RFC822.SIZE 5)")
                .hang())) {
            scripted.session().select(MailboxName.INBOX, null);
            scripted.session().fetchSummaries(UidSet.ALL, summary -> uids.add(summary.uid()));
        }

        assertThat(uids).containsExactly(1L);
    }

    @Test
    void whatOnlyShowsMessagesOfOtherLabelsIsNotOpened() throws Exception {
        String[] labels = {
            "* LIST () \"/\" INBOX",
            "* LIST (\\Flagged) \"/\" \"[Gmail]/Starred\"",
            "* LIST (\\Important) \"/\" \"[Gmail]/Important\"",
            "* LIST (\\All) \"/\" \"[Gmail]/All Mail\""
        };
        try (ScriptedSession gmail = ScriptedSession.start(c -> c.logIn("IMAP4rev1 X-GM-EXT-1")
                        .answer("LIST \"\" \"*\"", labels)
                        .hang());
                ScriptedSession other = ScriptedSession.start(c ->
                        c.logIn("IMAP4rev1").answer("LIST \"\" \"*\"", labels).hang())) {
            assertThat(gmail.session().list())
                    .filteredOn(ListedMailbox::selectable)
                    .extracting(listed -> listed.name().path().getLast())
                    .containsExactly("INBOX", "All Mail");
            assertThat(other.session().list()).allMatch(ListedMailbox::selectable);
        }
    }
}

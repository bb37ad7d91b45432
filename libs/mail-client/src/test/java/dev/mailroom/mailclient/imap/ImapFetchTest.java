package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Messages are fetched as they come: in pieces, twice, with updates between them, or not at all. */
class ImapFetchTest extends CommandScripts {
    private static final String MORE = " INTERNALDATE \" 1-Jan-2026 00:00:00 +0100\" RFC822.SIZE 2";

    private static String whole(int place, int uid) {
        return "* " + place + " FETCH (UID " + uid + " FLAGS ()" + MORE + " BODY[] {2}\r\nhi)";
    }

    @Test
    void asksAgainForAMessageWhoseAnswerCannotBeRead() throws Exception {
        List<Long> missing = new ArrayList<>();
        List<FetchedMessage> fetched = fetch(
                c -> c.logIn()
                        .select(3)
                        .answer(
                                "UID FETCH 1:3",
                                whole(1, 1),
                                "* 2 FETCH (UID 2 FLAGS (\\Seen BODY[ {2}\r\nhi)",
                                whole(3, 3))
                        .answer("UID FETCH 2 (", whole(2, 2))
                        .hang(),
                List.of(1L, 2L, 3L),
                missing);

        assertThat(fetched).extracting(FetchedMessage::uid).containsExactly(1L, 3L, 2L);
        assertThat(missing).isEmpty();
    }

    @Test
    void takesNoPartOfAMessageForTheWhole() throws Exception {
        Map<Long, Boolean> came = new java.util.TreeMap<>();
        try (ScriptedSession scripted = ScriptedSession.start(c -> c.logIn()
                .select(5)
                .answer(
                        "UID FETCH 2:* (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.5>)",
                        "* 1 FETCH (UID 1 FLAGS ()" + MORE + " BODY[]<0> {2}\r\nhi)",
                        "* 2 FETCH (UID 2 FLAGS ()" + MORE + " BODY[]<0> {2}\r\nhi)",
                        "* 3 FETCH (UID 3 FLAGS ()" + MORE + " BODY[]<0> {1}\r\nh)",
                        "* 4 FETCH (UID 4 FLAGS ()" + MORE + " BODY[]<1> {2}\r\ni.)",
                        "* 5 FETCH (UID 5 FLAGS ()" + MORE + " BODY[]<0> NIL)")
                .hang())) {
            scripted.session().select(MailboxName.INBOX, null);
            scripted.session().fetchArrivals(2, 5, (summary, content) -> came.put(summary.uid(), content != null));
        }

        assertThat(came).isEqualTo(Map.of(2L, true, 3L, false, 4L, false, 5L, false));
    }

    @Test
    void reportsWhatIsNotAnsweredEvenAlone() throws Exception {
        List<Long> missing = new ArrayList<>();
        List<FetchedMessage> fetched = fetch(
                c -> c.logIn()
                        .select(2)
                        .answer("UID FETCH 1:2", whole(1, 1), "* 2 FETCH (UID 2 BODY[] NIL)")
                        .answer("UID FETCH 2 (", "* 2 FETCH (UID 2 BODY[] NIL)")
                        .hang(),
                List.of(1L, 2L),
                missing);

        assertThat(fetched).extracting(FetchedMessage::uid).containsExactly(1L);
        assertThat(missing).containsExactly(2L);
    }

    @Test
    void mergesAnswersByUid() throws Exception {
        List<Long> missing = new ArrayList<>();
        List<FetchedMessage> fetched = fetch(
                c -> c.logIn()
                        .select(9)
                        .answer(
                                "UID FETCH 1:2",
                                "* 7 FETCH (UID 2 BODY[] {2}\r\nb2)",
                                "* 3 FETCH (FLAGS (\\Seen))",
                                "* 6 FETCH (UID 1 FLAGS (\\Seen))",
                                "* 9 FETCH (UID 77 FLAGS () BODY[] {2}\r\nno)",
                                "* 6 FETCH (UID 1" + MORE + " BODY[] {2}\r\nb1)",
                                "* 7 FETCH (FLAGS (\\Flagged) UID 2" + MORE + ")",
                                "* 7 FETCH (UID 2 FLAGS ()" + MORE + " BODY[] {2}\r\nxx)")
                        .hang(),
                List.of(1L, 2L),
                missing);

        assertThat(fetched).extracting(FetchedMessage::uid).containsExactly(1L, 2L);
        assertThat(fetched)
                .extracting(message -> new String(message.content(), StandardCharsets.US_ASCII))
                .containsExactly("b1", "b2");
        assertThat(fetched.getLast().summary().hasFlag("\\Flagged")).isTrue();
        assertThat(fetched.getFirst().summary().internalDate()).isEqualTo(Instant.parse("2025-12-31T23:00:00Z"));
    }
}

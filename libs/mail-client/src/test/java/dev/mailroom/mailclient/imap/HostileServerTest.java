package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.testkit.imap.ImapScript;
import dev.mailroom.testkit.imap.ScriptedImapConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that try to exhaust the memory, the time or the patience of a session. */
class HostileServerTest {
    private static final String CAPABILITIES = ScriptedImapConnection.CAPABILITIES;

    /** Something that a session is asked to do. */
    private interface Use {
        void of(ImapSession session) throws Exception;
    }

    private static Category failure(ImapScript script, Use use) throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(script)) {
            return failure(scripted, use);
        }
    }

    private static Category slowFailure(ImapScript script, Use use) throws Exception {
        try (ScriptedSession scripted = ScriptedSession.impatient(script)) {
            return failure(scripted, use);
        }
    }

    private static Category failure(ScriptedSession scripted, Use use) {
        MailException failure = catchThrowableOfType(MailException.class, () -> use.of(scripted.session()));
        assertThat(failure).isNotNull();
        assertThat(scripted.session().isOpen()).as("the connection is closed").isFalse();
        MailException again = catchThrowableOfType(
                MailException.class, () -> scripted.session().noop());
        assertThat(again.category()).isEqualTo(Category.CONNECTION_LOST);
        return failure.category();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{2000000000}", "{2147483647}", "{99999999}"})
    void refusesAHugeLiteralBeforeItTakesMemory(String literal) throws Exception {
        Category category = failure(
                c -> {
                    c.logIn().select(1);
                    c.expect("UID FETCH");
                    c.sendRaw("* 1 FETCH (UID 1 FLAGS () BODY[] " + literal + "\r\n")
                            .hang();
                },
                session -> {
                    session.select(MailboxName.INBOX, null);
                    session.fetchMessages(List.of(1L), message -> {});
                });

        assertThat(category).isIn(Category.LIMIT_EXCEEDED, Category.CONNECTION_LOST);
    }

    @Test
    void refusesAMailboxOfTwoBillionMessages() throws Exception {
        assertThat(failure(
                        c -> c.logIn().answer("SELECT", "* 2000000000 EXISTS").hang(),
                        session -> session.select(MailboxName.INBOX, null)))
                .isEqualTo(Category.LIMIT_EXCEEDED);
        assertThat(failure(c -> c.logIn().answer("NOOP", "* 2000000000 EXISTS").hang(), ImapSession::noop))
                .isEqualTo(Category.LIMIT_EXCEEDED);
    }

    @Test
    void refusesEndlessUntaggedLines() throws Exception {
        assertThat(failure(
                        c -> {
                            c.logIn().expect("NOOP");
                            String many = "* OK still here\r\n".repeat(1_000);
                            while (true) {
                                c.sendRaw(many);
                            }
                        },
                        ImapSession::noop))
                .isEqualTo(Category.LIMIT_EXCEEDED);
    }

    @Test
    void refusesALineWithoutEnd() throws Exception {
        assertThat(failure(
                        c -> {
                            c.logIn().expect("NOOP");
                            String much = "x".repeat(100_000);
                            while (true) {
                                c.sendRaw(much);
                            }
                        },
                        ImapSession::noop))
                .isEqualTo(Category.LIMIT_EXCEEDED);
    }

    @Test
    void refusesAMillionMailboxes() throws Exception {
        assertThat(failure(
                        c -> {
                            c.logIn().expect("LIST");
                            for (int i = 0; ; i++) {
                                c.send("* LIST () \"/\" \"box" + i + "\"");
                            }
                        },
                        ImapSession::list))
                .isEqualTo(Category.LIMIT_EXCEEDED);
    }

    @Test
    void endsACommandThatDrips() throws Exception {
        long start = System.nanoTime();
        assertThat(slowFailure(
                        c -> {
                            c.logIn().expect("NOOP");
                            for (int i = 0; i < 200; i++) {
                                c.sendRaw("*");
                                Thread.sleep(50);
                            }
                        },
                        ImapSession::noop))
                .isEqualTo(Category.DEADLINE_EXCEEDED);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void endsACommandThatIsNeverAnswered() throws Exception {
        assertThat(slowFailure(c -> c.logIn().hang(), session -> session.select(MailboxName.INBOX, null)))
                .isEqualTo(Category.DEADLINE_EXCEEDED);
    }

    @Test
    void countsHugeSetsOfRemovalsWithoutExpandingThem() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> c.logIn()
                .select(3)
                .answer("NOOP", "* VANISHED 1:2000000000", "* VANISHED (EARLIER) 5:4294967295,1:3")
                .hang())) {
            scripted.session().select(MailboxName.INBOX, null);
            scripted.session().noop();

            List<MailboxUpdate> updates = scripted.session().drainUpdates();

            assertThat(updates)
                    .hasSize(2)
                    .first()
                    .isEqualTo(new MailboxUpdate.Vanished(UidSet.range(1, 2_000_000_000L)));
            MailboxUpdate.Vanished gone = (MailboxUpdate.Vanished) updates.getLast();
            assertThat(gone.uids().among(List.of(2L, 4L, 4_000_000_000L))).containsExactly(2L, 4_000_000_000L);
        }
    }

    @Test
    void keepsABoundedNumberOfUpdates() throws Exception {
        int limit = ImapLimits.defaults().updatesMax();
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn().select(limit * 2);
            String tag = c.expect("NOOP");
            c.sendRaw("* 1 EXPUNGE\r\n".repeat(limit + 1));
            c.send(tag + " OK").hang();
        })) {
            scripted.session().select(MailboxName.INBOX, null);
            scripted.session().noop();
            assertThat(scripted.session().drainUpdates()).containsExactly(new MailboxUpdate.Overflow());
            assertThat(scripted.session().drainUpdates()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "* 1 FETCH (UID 1 FLAGS (\\Seen) X ((((((",
                "* 1 FETCH (UID 1 FLAGS (\\Seen",
                "* 1 FETCH (UID 99999999999999999999 FLAGS ())",
                "* 1 FETCH (UID -1)",
                "* 1 FETCH",
                "* FETCH (UID 1)",
                "* 99999999999999999999 EXISTS",
                "* 1 FETCH (UID 1 MODSEQ (99999999999999999999999999))",
                "* 1 FETCH (UID 0 FLAGS ())",
                "* VANISHED 0:5",
                "* VANISHED",
                "* STATUS \"x\" (MESSAGES",
                "* LIST (\\X) \"/\"",
                "* \0\0 EXISTS\0",
                "*",
                "",
                "garbage",
                "* OK [COPYUID",
                "* OK [UIDVALIDITY x]",
                "+ unexpected"
            })
    void survivesALineThatCannotBeRead(String line) throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(
                c -> c.logIn().select(1).answer("NOOP", line, "* 2 EXISTS").hang())) {
            scripted.session().select(MailboxName.INBOX, null);
            scripted.session().noop();
            assertThat(scripted.session().drainUpdates()).contains(new MailboxUpdate.Exists(2));
        }
    }

    @Test
    void readsNestingOfAnyDepthWithoutRecursion() throws Exception {
        String deep = "(".repeat(200_000) + ")".repeat(200_000);
        try (ScriptedSession scripted = ScriptedSession.start(c -> c.logIn()
                .select(1)
                .answer(
                        "UID FETCH",
                        "* 1 FETCH (BODYSTRUCTURE " + deep + " UID 1 FLAGS (\\Seen)"
                                + " INTERNALDATE \"1-Jan-2026 00:00:00 +0000\" RFC822.SIZE 5)")
                .hang())) {
            scripted.session().select(MailboxName.INBOX, null);
            List<MessageSummary> found = new ArrayList<>();
            scripted.session().fetchSummaries(UidSet.ALL, found::add);
            assertThat(found).hasSize(1);
        }
    }

    @Test
    void giveUpOnTooManyUnreadableLines() throws Exception {
        assertThat(failure(
                        c -> {
                            c.logIn().expect("NOOP");
                            c.sendRaw("* VANISHED x\r\n".repeat(1_001)).hang();
                        },
                        ImapSession::noop))
                .isEqualTo(Category.LIMIT_EXCEEDED);
    }

    @Test
    void reportsAByeInTheMiddleOfAFetch() throws Exception {
        List<FetchedMessage> fetched = new ArrayList<>();
        Category category = failure(
                c -> {
                    c.logIn().select(2);
                    c.expect("UID FETCH");
                    c.send(
                            "* 1 FETCH (UID 1 FLAGS () INTERNALDATE \"1-Jan-2026 00:00:00 +0000\" RFC822.SIZE 2 BODY[] {2}");
                    c.send("hi)").send("* BYE shutting down").close();
                },
                session -> {
                    session.select(MailboxName.INBOX, null);
                    session.fetchMessages(List.of(1L, 2L), fetched::add);
                });

        assertThat(category).isEqualTo(Category.CONNECTION_LOST);
        assertThat(fetched).as("what was complete is kept").hasSize(1);
    }

    @Test
    void reportsAConnectionThatEndsInTheMiddleOfALiteral() throws Exception {
        assertThat(failure(
                        c -> {
                            c.logIn().select(1);
                            c.expect("UID FETCH");
                            c.sendRaw("* 1 FETCH (UID 1 BODY[] {500}\r\nhalf").close();
                        },
                        session -> {
                            session.select(MailboxName.INBOX, null);
                            session.fetchMessages(List.of(1L), message -> {});
                        }))
                .isEqualTo(Category.CONNECTION_LOST);
    }

    @Test
    void boundsTheAnswerToASearch() throws Exception {
        assertThat(failure(
                        c -> c.logIn(CAPABILITIES + " ESEARCH")
                                .select(3)
                                .answer("UID SEARCH RETURN (ALL) ALL", "* ESEARCH (TAG \"x\") UID ALL 1:4000000000")
                                .hang(),
                        session -> {
                            session.select(MailboxName.INBOX, null);
                            session.searchSince(null);
                        }))
                .isEqualTo(Category.LIMIT_EXCEEDED);
    }

    @Test
    void closesTheConnectionIfAConsumerFails() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> c.logIn()
                .select(1)
                .answer(
                        "UID FETCH",
                        "* 1 FETCH (UID 1 FLAGS () INTERNALDATE \"1-Jan-2026 00:00:00 +0000\" RFC822.SIZE 2)")
                .hang())) {
            scripted.session().select(MailboxName.INBOX, null);
            IllegalStateException failure = catchThrowableOfType(
                    IllegalStateException.class,
                    () -> scripted.session().fetchSummaries(UidSet.ALL, summary -> {
                        throw new IllegalStateException("the database is away");
                    }));
            assertThat(failure).hasMessage("the database is away");
            assertThat(scripted.session().isOpen()).isFalse();
        }
    }
}

package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.testkit.imap.ScriptedImapConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said to a server for each thing that is wanted of it, and what becomes of odd answers. */
class ImapCommandsTest extends CommandScripts {
    @Test
    void keepsUpdatesThatComeWithAnyCommand() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn().select(3);
            String tag = c.expect("APPEND \"INBOX\" (\\Seen) \"04-Mar-2026 05:06:07 +0000\" {3+}");
            c.send("* 4 EXISTS");
            c.readLine();
            c.send(tag + " OK [APPENDUID 7 4] done");
            c.answer("UID SEARCH ALL", "* SEARCH 1 3 4", "* 2 EXPUNGE", "* 1 FETCH (UID 1 MODSEQ (9) FLAGS (\\Seen))")
                    .hang();
        })) {
            ImapSession session = scripted.session();
            session.select(MailboxName.INBOX, null);

            AppendResult appended = session.append(
                    MailboxName.INBOX,
                    "abc".getBytes(StandardCharsets.US_ASCII),
                    Set.of("\\Seen"),
                    TestedServer.RECEIVED);
            List<Long> uids = session.searchSince(null);

            assertThat(appended).isEqualTo(new AppendResult(7, 4));
            assertThat(uids).containsExactly(1L, 3L, 4L);
            assertThat(session.drainUpdates())
                    .containsExactly(
                            new MailboxUpdate.Exists(4),
                            new MailboxUpdate.Expunged(2),
                            new MailboxUpdate.Flags(1, 1, Set.of("\\Seen"), 9));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A&B",
                "x&AOk-&AOk-y",
                "with \"quotes\"",
                "back\\slash",
                "R&D/x",
                "&AOk",
                "Entw\u00c3\u00bcrfe",
                "a]b",
                "100%"
            })
    void sendsBackTheNameExactlyAsItWasListed(String raw) throws Exception {
        boolean plain = raw.chars().allMatch(ch -> ch < 0x7f);
        String quoted = "\"" + raw.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        String listed = plain ? quoted : "{" + raw.length() + "}\r\n" + raw;
        String sent = plain ? quoted : "{" + raw.length() + "+}";
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn().answer("LIST", "* LIST () \"/\" " + listed);
            String tag = c.expect("SELECT " + sent);
            if (!plain) {
                assertThat(c.readLine()).isEqualTo(raw);
            }
            c.send(tag + " OK [READ-WRITE] selected").hang();
        })) {
            MailboxName name = scripted.session().list().getFirst().name();
            assertThat(name.raw()).isEqualTo(raw);
            scripted.session().select(name, null);
        }
    }

    @Test
    void neverLetsANameBecomeACommand() throws Exception {
        MailboxName evil = new MailboxName("x\r\nm9 DELETE INBOX", '/');
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn("IMAP4rev1 AUTH=PLAIN SASL-IR");
            String tag = c.expect("SELECT {18}");
            c.send("+ go");
            assertThat(c.readBytes(20)).isEqualTo("x\r\nm9 DELETE INBOX\r\n");
            c.send(tag + " NO [NONEXISTENT] no").hang();
        })) {
            MailException refused = catchThrowableOfType(
                    MailException.class, () -> scripted.session().select(evil, null));
            assertThat(refused.category()).isEqualTo(Category.NO_SUCH_MAILBOX);
            assertThat(scripted.session().isOpen()).isTrue();
            assertThatThrownBy(() -> scripted.session().storeFlags(List.of(1L), true, Set.of("a b")))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> scripted.session().streamPart(1, "1]<0.1> X", new java.io.ByteArrayOutputStream()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void movesByCopyAndUidExpungeWithoutMove() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn("IMAP4rev1 uidplus");
            String tag = c.expect("UID COPY 2:3 \"Archive\"");
            c.send(tag + " OK [COPYUID 9 3:2 11,10] copied");
            c.answer("UID STORE 2:3 +FLAGS.SILENT (\\Deleted)");
            c.answer("UID EXPUNGE 2:3", "* 2 EXPUNGE", "* 2 EXPUNGE").hang();
        })) {
            TransferResult moved = scripted.session().move(List.of(2L, 3L), new MailboxName("Archive", '/'));

            assertThat(moved.sources()).isEqualTo(TransferResult.Sources.REMOVED);
            assertThat(moved.uids()).isEqualTo(Map.of(2L, 11L, 3L, 10L));
            assertThat(moved.targetUidValidity()).isEqualTo(9);
        }
    }

    @Test
    void neverSendsAPlainExpunge() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> c.logIn("IMAP4rev1")
                .answer("UID COPY 2")
                .answer("UID STORE 2 +FLAGS.SILENT (\\Deleted)")
                .answer("NOOP")
                .hang())) {
            TransferResult moved = scripted.session().move(List.of(2L), new MailboxName("Archive", '/'));
            scripted.session().noop();

            assertThat(moved.sources()).isEqualTo(TransferResult.Sources.MARKED_DELETED);
            assertThat(scripted.server().received()).noneMatch(line -> line.contains("EXPUNGE"));
        }
    }

    @Test
    void marksNothingIfTheCopyWasRefused() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn("IMAP4rev1 UIDPLUS");
            c.send(c.expect("UID COPY 2") + " NO [OVERQUOTA] full")
                    .answer("NOOP")
                    .hang();
        })) {
            MailException refused = catchThrowableOfType(
                    MailException.class, () -> scripted.session().move(List.of(2L), new MailboxName("Archive", '/')));
            scripted.session().noop();

            assertThat(refused.category()).isEqualTo(Category.OVER_QUOTA);
            assertThat(scripted.server().received()).noneMatch(line -> line.contains("STORE"));
        }
    }

    @Test
    void ignoresACopyUidThatCannotBeRight() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn("IMAP4rev1 MOVE");
            String tag = c.expect("UID MOVE 2");
            c.send("* OK [COPYUID 9 1:4000000000 1:4000000000] moved").send("* 2 EXPUNGE");
            c.send(tag + " OK done").hang();
        })) {
            assertThat(scripted.session()
                            .move(List.of(2L), new MailboxName("A", '/'))
                            .uids())
                    .isEmpty();
        }
    }

    @Test
    void resumesWithQresync() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn("IMAP4rev1 ENABLE QRESYNC CONDSTORE").answer("ENABLE QRESYNC", "* ENABLED QRESYNC");
            String tag = c.expect("SELECT \"INBOX\" (QRESYNC (7 40 1:9))");
            c.send("* OK [CLOSED] before")
                    .send("* 8 EXISTS")
                    .send("* OK [UIDVALIDITY 7] ok")
                    .send("* OK [UIDNEXT 12] ok");
            c.send("* OK [HIGHESTMODSEQ 44] ok").send("* VANISHED (EARLIER) 2,4:5");
            c.send("* 3 FETCH (UID 6 FLAGS (\\Seen) MODSEQ (43))");
            c.send(tag + " OK [READ-ONLY] selected").hang();
        })) {
            SelectedMailbox selected =
                    scripted.session().select(MailboxName.INBOX, new ResyncPoint(7, 40, UidSet.range(1, 9)));

            assertThat(selected.resynced()).isTrue();
            assertThat(selected.readOnly()).isTrue();
            assertThat(selected.vanished().wire()).isEqualTo("2,4:5");
            assertThat(selected.changed()).containsExactly(new MessageSummary(6, Set.of("\\Seen"), null, -1, 43));
            assertThat(selected.highestModSeq()).isEqualTo(44);
            assertThat(scripted.session().drainUpdates()).isEmpty();
        }
    }

    /** Apache James names what vanished, not all of it, and never what changed. */
    @Test
    void doesNotTakeHalfAnAnswerForAllThatHappened() throws Exception {
        ResyncPoint before = new ResyncPoint(7, 40, null);
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn("IMAP4rev1 ENABLE QRESYNC CONDSTORE").answer("ENABLE QRESYNC", "* ENABLED QRESYNC");
            vanishedSince(c);
            String changes = c.expect("SELECT \"INBOX\" (QRESYNC (7 40))");
            c.send("* 8 EXISTS").send("* OK [UIDVALIDITY 7] ok").send("* OK [HIGHESTMODSEQ 44] ok");
            c.send("* 3 FETCH (UID 6 FLAGS (\\Seen) MODSEQ (43))").send(changes + " OK selected");
            vanishedSince(c);
            c.hang();
        })) {
            SelectedMailbox half = scripted.session().select(MailboxName.INBOX, before);
            SelectedMailbox withChanges = scripted.session().select(MailboxName.INBOX, before);
            SelectedMailbox thenVanished = scripted.session().select(MailboxName.INBOX, before);

            assertThat(half.resynced()).isFalse();
            assertThat(half.vanished().isEmpty()).isTrue();
            assertThat(withChanges.resynced()).isTrue();
            // Who names changes has none to name here.
            assertThat(thenVanished.resynced()).isTrue();
            assertThat(thenVanished.vanished().wire()).isEqualTo("5");
        }
    }

    private static void vanishedSince(ScriptedImapConnection c) throws IOException {
        String tag = c.expect("SELECT \"INBOX\" (QRESYNC (7 40))");
        c.send("* 8 EXISTS").send("* OK [UIDVALIDITY 7] ok").send("* OK [HIGHESTMODSEQ 44] ok");
        c.send("* VANISHED (EARLIER) 5").send(tag + " OK selected");
    }

    @Test
    void namesNoChangesWhereThereAreTooMany() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn("IMAP4rev1 CONDSTORE");
            String select = c.expect("SELECT \"INBOX\" (CONDSTORE)");
            c.send("* 100001 EXISTS").send("* OK [UIDVALIDITY 7] ok").send("* OK [HIGHESTMODSEQ 44] ok");
            c.send(select + " OK selected");
            String fetch = c.expect("UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE 40)");
            for (int i = 1; i <= 100_001; i++) {
                c.send("* " + i + " FETCH (UID " + i + " FLAGS () MODSEQ (43))");
            }
            c.send(fetch + " OK done").answer("NOOP").hang();
        })) {
            scripted.session().select(MailboxName.INBOX, null);

            assertThat(scripted.session().changedSince(40)).isEmpty();
            scripted.session().noop();
        }
    }

    @Test
    void asksForNoModSequenceWhereThereIsNone() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn("IMAP4rev1 CONDSTORE");
            c.answer("SELECT \"INBOX\" (CONDSTORE)", "* 0 EXISTS", "* OK [NOMODSEQ] none", "* OK [UIDVALIDITY 0] odd");
            c.answer("UID FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE)").hang();
        })) {
            SelectedMailbox selected = scripted.session().select(MailboxName.INBOX, null);
            scripted.session().fetchSummaries(UidSet.ALL, summary -> {});

            assertThat(selected.highestModSeq()).isZero();
            assertThat(selected.uidValidity()).isZero();
        }
    }

    @Test
    void listsEverythingInOneRoundTrip() throws Exception {
        String command =
                "LIST \"\" \"*\" RETURN (SPECIAL-USE STATUS (MESSAGES UNSEEN UIDNEXT UIDVALIDITY HIGHESTMODSEQ))";
        try (ScriptedSession scripted =
                ScriptedSession.start(c -> c.logIn("IMAP4rev1 LIST-EXTENDED LIST-STATUS SPECIAL-USE CONDSTORE")
                        .answer(
                                command,
                                "* LIST (\\HasNoChildren) \".\" Inbox",
                                "* STATUS InBoX (MESSAGES 3 UNSEEN 1 UIDNEXT 9 UIDVALIDITY 7 HIGHESTMODSEQ 5 X (1 (2)))",
                                "* LIST (\\HasChildren \\Sent) \".\" \"INBOX.Gesendete Objekte\"",
                                "* LIST (\\NonExistent) \".\" INBOX.node",
                                "* LIST (\\Junk) NIL flat",
                                "* LIST () \"/\" \"" + "x".repeat(2_501) + "\"")
                        .hang())) {
            List<ListedMailbox> listed = scripted.session().list();

            assertThat(listed).hasSize(4);
            assertThat(listed.get(0).name().isInbox()).isTrue();
            assertThat(listed.get(0).status()).isEqualTo(new MailboxStatus(3, 1, 9, 7, 5));
            assertThat(listed.get(1).specialUse()).isEqualTo(SpecialUse.SENT);
            assertThat(listed.get(1).name().path()).containsExactly("INBOX", "Gesendete Objekte");
            assertThat(listed.get(1).status()).isNull();
            assertThat(listed.get(2).selectable()).isFalse();
            assertThat(listed.get(3).name().delimiter()).isEqualTo('\0');
            assertThat(scripted.server().received()).hasSize(2);
        }
    }

    @Test
    void leavesOutTheMailboxesOfOthers() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> c.logIn("IMAP4rev1 NAMESPACE")
                .answer(
                        "LIST",
                        "* LIST () \".\" INBOX",
                        "* LIST () \".\" user.bo",
                        "* LIST () \".\" Shared",
                        "* LIST () \".\" Shared.x")
                .answer(
                        "NAMESPACE",
                        "* NAMESPACE ((\"INBOX.\" \".\" \"X-PARAM\" (\"a\" \"b\"))) ((\"user.\" \".\")) ((\"Shared.\" \".\")(\"#news\" NIL))")
                .hang())) {
            assertThat(scripted.session().list())
                    .extracting(mailbox -> mailbox.name().raw())
                    .containsExactly("INBOX");
            assertThat(scripted.session().personalNamespace()).isEqualTo(new Namespace("INBOX.", '.'));
        }
    }

    @Test
    void takesTheDelimiterOfTheInboxWithoutNamespaces() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> c.logIn("IMAP4rev1")
                .answer("LIST \"\" \"INBOX\"", "* LIST () \"\\\\\" Inbox")
                .hang())) {
            assertThat(scripted.session().personalNamespace()).isEqualTo(new Namespace("", '\\'));
        }
    }

    @Test
    void listsPlainlyIfTheExtendedFormIsNotUnderstood() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn("IMAP4rev1 LIST-STATUS");
            c.send(c.expect("LIST \"\" \"*\" RETURN") + " BAD what?");
            c.answer("LIST \"\" \"*\"", "* LIST () \"/\" INBOX").hang();
        })) {
            assertThat(scripted.session().list()).hasSize(1);
        }
    }

    @Test
    void createsAMailboxWithItsUse() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn("IMAP4rev1 CREATE-SPECIAL-USE");
            c.send(c.expect("CREATE \"Sent\" (USE (\\Sent))") + " NO [USEATTR] not here");
            c.send(c.expect("CREATE \"Sent\"") + " NO [ALREADYEXISTS] there is one")
                    .hang();
        })) {
            scripted.session().create(new MailboxName("Sent", '/'), SpecialUse.SENT);
            assertThat(scripted.session().isOpen()).isTrue();
        }
    }
}

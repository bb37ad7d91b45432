package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.testkit.imap.ScriptedImapConnection;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** NOTIFY (RFC 5465): one connection hears of all mailboxes. */
class ImapNotifyTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String CAPABILITIES = "IMAP4rev1 IDLE NOTIFY";

    @Test
    void hearsOfOtherMailboxesWhileItIdles() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            notified(c).select(1);
            String tag = c.expect("IDLE");
            c.send("+ idling").send("* STATUS \"Work\" (MESSAGES 2 UIDNEXT 3 UIDVALIDITY 9)");
            assertThat(c.readLine()).isEqualTo("DONE");
            c.send(tag + " OK done").hang();
        })) {
            assertThat(scripted.session().watchAll()).isTrue();
            scripted.session().select(MailboxName.INBOX, null);

            assertThat(scripted.session().awaitChange(LONG))
                    .containsExactly(
                            new MailboxUpdate.Status(new MailboxName("Work", '\0'), new MailboxStatus(2, -1, 3, 9, 0)));
        }
    }

    @Test
    void keepsWhatWasSaidOfOthersWhenAMailboxIsSelected() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> notified(c)
                .answer("NOOP", "* STATUS \"Work\" (MESSAGES 2)", "* 9 EXISTS", "* LIST () \"/\" \"New\"")
                .select(1)
                .hang())) {
            scripted.session().watchAll();
            scripted.session().noop();
            scripted.session().select(MailboxName.INBOX, null);

            assertThat(scripted.session().drainUpdates())
                    .hasSize(2)
                    .hasAtLeastOneElementOfType(MailboxUpdate.Status.class)
                    .hasAtLeastOneElementOfType(MailboxUpdate.Mailboxes.class);
        }
    }

    @Test
    void saysWhenTheServerNoLongerTells() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> notified(c)
                .answer("NOOP", "* OK [NOTIFICATIONOVERFLOW] too much for me")
                .hang())) {
            scripted.session().watchAll();
            scripted.session().noop();

            assertThat(scripted.session().drainUpdates()).containsExactly(new MailboxUpdate.WatchEnded());
        }
    }

    @Test
    void goesOnWithoutItWhereItIsNotOfferedOrRefused() throws Exception {
        try (ScriptedSession without =
                        ScriptedSession.start(c -> c.logIn("IMAP4rev1 IDLE").hang());
                ScriptedSession refused = ScriptedSession.start(c -> {
                    c.logIn(CAPABILITIES);
                    String tag = c.expect("NOTIFY");
                    c.send(tag + " NO [BADEVENT (FlagChange)] not this one")
                            .answer("NOOP")
                            .hang();
                })) {
            assertThat(without.session().watchAll()).isFalse();
            assertThat(refused.session().watchAll()).isFalse();
            refused.session().noop();
        }
    }

    @Test
    void isBoundedWhateverTheServerTells() throws Exception {
        String[] flood = IntStream.range(0, 25_000)
                .mapToObj(i -> "* STATUS \"m" + i + "\" (MESSAGES 1)")
                .toArray(String[]::new);
        try (ScriptedSession scripted =
                ScriptedSession.start(c -> notified(c).answer("NOOP", flood).hang())) {
            scripted.session().watchAll();
            scripted.session().noop();

            assertThat(scripted.session().drainUpdates())
                    .hasSizeLessThanOrEqualTo(ImapLimits.defaults().updatesMax() + 2)
                    .contains(new MailboxUpdate.Mailboxes());
        }
    }

    private static ScriptedImapConnection notified(ScriptedImapConnection connection) throws Exception {
        return connection.logIn(CAPABILITIES).answer("NOTIFY");
    }
}

package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A server that offers UTF8=ACCEPT (RFC 6855). */
class ImapUtf8Test {
    private static final String OFFERS = "IMAP4rev1 ENABLE UTF8=ACCEPT LITERAL+";
    private static final MailboxName SENT = MailboxName.of(List.of("Envoyés & reçus"), '/', false);

    @Test
    void namesCrossTheWireInUtf8AndNowhereElse() throws Exception {
        String name = bytes("Envoyés & reçus");
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn(OFFERS)
                    .answer("ENABLE UTF8=ACCEPT", "* ENABLED UTF8=ACCEPT")
                    .answer(
                            "LIST \"\" \"*\"",
                            "* LIST () \"/\" INBOX",
                            "* LIST () \"/\" \"" + name + "\"",
                            "* LIST () \"/\" \"" + (char) 0xff + "\"");
            String tag = c.expect("STATUS {" + name.length() + "+}");
            assertThat(c.readBytes(name.length())).isEqualTo(name);
            c.readLine();
            c.send("* STATUS \"" + name + "\" (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 5)");
            c.send(tag + " OK done").hang();
        })) {
            List<ListedMailbox> listed = scripted.session().list();

            assertThat(listed)
                    .extracting(ListedMailbox::name)
                    .containsExactly(MailboxName.INBOX, SENT, new MailboxName("\u00ff", '/'));
            assertThat(scripted.session().status(SENT).messages()).isEqualTo(3);
        }
    }

    @Test
    void aHeaderInUtf8IsAppendedAsSuch() throws Exception {
        byte[] plain = "Subject: x\r\n\r\né".getBytes(StandardCharsets.UTF_8);
        byte[] utf8 = "Subject: é\r\n\r\nx".getBytes(StandardCharsets.UTF_8);
        try (ScriptedSession scripted = ScriptedSession.start(c -> {
            c.logIn(OFFERS).answer("ENABLE UTF8=ACCEPT", "* ENABLED UTF8=ACCEPT");
            String first = c.expect("APPEND \"INBOX\" () \"01-Jan-2026 12:00:00 +0000\" {" + plain.length + "+}");
            c.readBytes(plain.length);
            c.readLine();
            c.send(first + " OK done");
            String second =
                    c.expect("APPEND \"INBOX\" () \"01-Jan-2026 12:00:00 +0000\" UTF8 (~{" + utf8.length + "+}");
            c.readBytes(utf8.length);
            assertThat(c.readLine()).isEqualTo(")");
            c.send(second + " OK done").hang();
        })) {
            Instant date = Instant.parse("2026-01-01T12:00:00Z");
            scripted.session().append(MailboxName.INBOX, plain, Set.of(), date);
            scripted.session().append(MailboxName.INBOX, utf8, Set.of(), date);
        }
    }

    @Test
    void withoutTheServersWordNamesStayAsTheyWere() throws Exception {
        try (ScriptedSession scripted = ScriptedSession.start(c -> c.logIn(OFFERS)
                .answer("ENABLE UTF8=ACCEPT", "* ENABLED")
                .answer("LIST \"\" \"*\"", "* LIST () \"/\" INBOX", "* LIST () \"/\" \"" + SENT.raw() + "\"")
                .hang())) {
            assertThat(scripted.session().list())
                    .extracting(ListedMailbox::name)
                    .contains(SENT);
        }
    }

    private static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}

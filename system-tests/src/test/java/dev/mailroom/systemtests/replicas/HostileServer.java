package dev.mailroom.systemtests.replicas;

import dev.mailroom.testkit.imap.ImapScript;
import dev.mailroom.testkit.imap.ScriptedImapConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** A server that behaves until it is asked one thing, and then tries to exhaust whoever asked. */
final class HostileServer implements ImapScript {
    private static final String CAPABILITIES =
            "IMAP4rev1 SASL-IR AUTH=PLAIN IDLE UIDPLUS MOVE LITERAL+ CONDSTORE QRESYNC ENABLE";
    private static final int MANY = 1_000;
    private static final int DEEP = 200_000;
    private static final Duration DRIP = Duration.ofMillis(200);

    /** Where it goes wrong. */
    enum Twist {
        ENDLESS_GREETING,
        ENDLESS_LIST,
        A_MILLION_FOLDERS,
        HUGE_LITERAL,
        HUGE_EXISTS,
        HUGE_VANISHED,
        HUGE_MODSEQ,
        DEEP_PARENTHESES,
        NULS,
        ENDLESS_LINE,
        DRIP,
        BYE_TO_ALL
    }

    private final Twist twist;

    HostileServer(Twist twist) {
        this.twist = twist;
    }

    @Override
    public void play(ScriptedImapConnection c) throws Exception {
        if (twist == Twist.ENDLESS_GREETING) {
            flood(c, "* OK [ALERT] welcome\r\n");
        }
        c.send("* OK [CAPABILITY " + CAPABILITIES + "] ready");
        for (String line = c.readLine(); line != null; line = c.readLine()) {
            int space = line.indexOf(' ');
            if (space < 0) {
                continue;
            }
            String command = line.substring(space + 1).toUpperCase(Locale.ROOT);
            answer(c, command);
            c.send(line.substring(0, space) + " OK "
                    + (command.startsWith("AUTHENTICATE") ? "[CAPABILITY " + CAPABILITIES + "] " : "") + "done");
        }
    }

    private void answer(ScriptedImapConnection c, String command) throws Exception {
        if (command.startsWith("LIST")) {
            list(c);
        } else if (command.startsWith("NAMESPACE")) {
            c.send("* NAMESPACE ((\"\" \"/\")) NIL NIL");
        } else if (command.startsWith("SELECT") || command.startsWith("EXAMINE")) {
            select(c);
        } else if (command.startsWith("UID FETCH")) {
            fetch(c);
        } else if (command.startsWith("UID SEARCH")) {
            c.send("* SEARCH 1 2 3");
        } else if (command.startsWith("STATUS")) {
            c.send("* STATUS INBOX (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 7)");
        } else if (command.startsWith("IDLE")) {
            c.send("+ idling");
            c.readLine();
        }
    }

    private void list(ScriptedImapConnection c) throws Exception {
        switch (twist) {
            case ENDLESS_LIST -> flood(c, "* LIST () \"/\" \"same\"\r\n");
            case A_MILLION_FOLDERS -> {
                for (int i = 0; i < MANY * MANY; i++) {
                    c.sendRaw("* LIST () \"/\" \"folder " + i + "\"\r\n");
                }
            }
            case ENDLESS_LINE -> flood(c, "x".repeat(MANY));
            case BYE_TO_ALL -> {
                c.send("* BYE not today");
                c.close();
            }
            case DRIP -> {
                while (true) {
                    c.sendRaw("*");
                    LockSupport.parkNanos(DRIP.toNanos());
                }
            }
            default -> c.send("* LIST () \"/\" INBOX");
        }
    }

    private void select(ScriptedImapConnection c) throws IOException {
        c.send(twist == Twist.HUGE_EXISTS ? "* 2000000000 EXISTS" : "* 3 EXISTS");
        c.send("* OK [UIDVALIDITY 7] epoch");
        c.send("* OK [UIDNEXT 4] next");
        if (twist == Twist.HUGE_VANISHED) {
            c.send("* VANISHED (EARLIER) 1:4294967295");
            c.send("* VANISHED 1:2000000000");
        }
        c.send("* OK [HIGHESTMODSEQ "
                + (twist == Twist.HUGE_MODSEQ ? "99999999999999999999999999" : "9223372036854775807") + "] now");
    }

    private void fetch(ScriptedImapConnection c) throws Exception {
        switch (twist) {
            case HUGE_LITERAL -> {
                c.sendRaw("* 1 FETCH (UID 1 FLAGS () BODY[] {2000000000}\r\n");
                flood(c, "y".repeat(MANY));
            }
            case DEEP_PARENTHESES -> c.send("* 1 FETCH (UID 1 FLAGS () X " + "(".repeat(DEEP) + ")".repeat(DEEP) + ")");
            case NULS -> c.send("* 1 FETCH (UID 1 FLAGS (\0\0) \0)");
            case HUGE_MODSEQ -> c.send("* 1 FETCH (UID 1 MODSEQ (99999999999999999999999999) FLAGS ())");
            default -> {
                // Asked for messages, it has none.
            }
        }
    }

    private static void flood(ScriptedImapConnection c, String text) throws IOException {
        String much = text.repeat(MANY);
        while (true) {
            c.sendRaw(much);
        }
    }
}

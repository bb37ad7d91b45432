package dev.mailroom.systemtests.replicas;

import dev.mailroom.testkit.net.Tap;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads along what a mail server is asked, {@code imap> UID COPY 7 Archive}, and how it ended, {@code imap< OK UID COPY 7 Archive}. */
final class ImapTap implements Tap {
    private static final Pattern COMMAND = Pattern.compile("([A-Za-z]+\\d+) ([A-Z].*)");
    private static final Pattern END = Pattern.compile("([A-Za-z]+\\d+) (OK|NO|BAD) .*");

    private final Ear ear;
    private final Mouth mouth;
    private final Bytes asked = new Bytes();
    private final Bytes answered = new Bytes();
    private final Map<String, String> open = new ConcurrentHashMap<>();

    ImapTap(Ear ear, Mouth mouth) {
        this.ear = ear;
        this.mouth = mouth;
    }

    @Override
    public Verdict asked(byte[] bytes, int length) throws IOException {
        asked.add(bytes, length);
        for (String line = asked.line(); line != null; line = asked.line()) {
            Matcher command = COMMAND.matcher(line);
            if (command.matches()) {
                open.put(command.group(1), command.group(2));
                Verdict verdict = ear.hears("imap> " + command.group(2), command.group(1), mouth);
                if (verdict != Verdict.PASS) {
                    return verdict;
                }
            }
        }
        return Verdict.PASS;
    }

    @Override
    public Verdict answered(byte[] bytes, int length) throws IOException {
        answered.add(bytes, length);
        for (String line = answered.line(); line != null; line = answered.line()) {
            Matcher end = END.matcher(line);
            String command = end.matches() ? open.remove(end.group(1)) : null;
            if (command != null) {
                Verdict verdict = ear.hears("imap< " + end.group(2) + " " + command, end.group(1), mouth);
                if (verdict != Verdict.PASS) {
                    return verdict;
                }
            }
        }
        return Verdict.PASS;
    }
}

package dev.mailroom.mailclient.imap;

import java.nio.charset.StandardCharsets;

/** The counters that STATUS gives. */
record StatusAnswer(MailboxName name, MailboxStatus status) {
    static StatusAnswer parse(Tokens tokens) {
        String raw = tokens.mailbox();
        if (raw.isEmpty() || raw.length() > MailboxName.NAME_MAX_BYTES) {
            throw new MalformedAnswerException("not a mailbox name");
        }
        MailboxName name = MailboxName.ofRaw(raw.getBytes(StandardCharsets.ISO_8859_1), '\0');
        long messages = 0;
        long unseen = -1;
        long uidNext = 0;
        long uidValidity = 0;
        long modSeq = 0;
        tokens.expect('(');
        while (!tokens.take(')')) {
            switch (tokens.keyword()) {
                case "MESSAGES" -> messages = tokens.number();
                case "UNSEEN" -> unseen = tokens.number();
                case "UIDNEXT" -> uidNext = tokens.number();
                case "UIDVALIDITY" -> uidValidity = tokens.number();
                case "HIGHESTMODSEQ" -> modSeq = tokens.number();
                default -> tokens.skipValue();
            }
        }
        return new StatusAnswer(name, new MailboxStatus(messages, unseen, uidNext, uidValidity, modSeq));
    }
}

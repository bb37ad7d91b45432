package dev.mailroom.mailclient.imap;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one FETCH answer says; servers split and mix them, so any part may be missing.
 *
 * @param sequence place in the mailbox
 * @param uid 0 if missing
 * @param flags null if missing
 * @param internalDate null if missing or unreadable
 * @param size -1 if missing
 * @param modSeq 0 if missing
 * @param providerId X-GM-MSGID; 0 if missing
 * @param origin of the content in the message, in bytes; 0 if the content begins with its first byte
 * @param content of BODY[…]; null if missing or NIL
 */
@SuppressWarnings("ArrayRecordComponent")
record FetchAnswer(
        long sequence,
        long uid,
        @Nullable Set<String> flags,
        @Nullable Instant internalDate,
        long size,
        long modSeq,
        long providerId,
        long origin,
        byte @Nullable [] content) {

    private static final DateTimeFormatter INTERNAL_DATE = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern("d-MMM-yyyy HH:mm:ss Z")
            .toFormatter(Locale.ENGLISH);

    static FetchAnswer parse(long sequence, Tokens tokens) {
        long uid = 0;
        Set<String> flags = null;
        Instant date = null;
        long size = -1;
        long modSeq = 0;
        long providerId = 0;
        long origin = 0;
        byte[] content = null;
        tokens.expect('(');
        while (!tokens.take(')')) {
            String item = tokens.itemName();
            switch (item) {
                case "UID" -> uid = tokens.uid();
                case "FLAGS" -> flags = tokens.words();
                case "INTERNALDATE" -> date = date(tokens.string());
                case "RFC822.SIZE" -> size = tokens.number();
                case "MODSEQ" -> {
                    tokens.expect('(');
                    modSeq = tokens.number();
                    tokens.expect(')');
                }
                case "X-GM-MSGID" -> providerId = tokens.number();
                default -> {
                    if (item.startsWith("BODY[")) {
                        origin = origin(item);
                        content = tokens.nstring();
                    } else {
                        tokens.skipValue();
                    }
                }
            }
        }
        return new FetchAnswer(sequence, uid, flags, date, size, modSeq, providerId, origin, content);
    }

    /** Both answers together; they are about the same message, the other one is newer. */
    FetchAnswer and(FetchAnswer newer) {
        return new FetchAnswer(
                newer.sequence,
                uid,
                newer.flags != null ? newer.flags : flags,
                newer.internalDate != null ? newer.internalDate : internalDate,
                newer.size >= 0 ? newer.size : size,
                Math.max(newer.modSeq, modSeq),
                newer.providerId != 0 ? newer.providerId : providerId,
                newer.content != null ? newer.origin : origin,
                newer.content != null ? newer.content : content);
    }

    private static long origin(String item) {
        int open = item.lastIndexOf('<');
        if (open < 0 || !item.endsWith(">")) {
            return 0;
        }
        return new Tokens(item.getBytes(StandardCharsets.ISO_8859_1), open + 1, item.length()).number();
    }

    MessageSummary summary() {
        return new MessageSummary(uid, flags == null ? Set.of() : flags, internalDate, size, modSeq, providerId);
    }

    static String internalDate(Instant instant) {
        return DateTimeFormatter.ofPattern("dd-MMM-yyyy HH:mm:ss Z", Locale.ENGLISH)
                .format(instant.atOffset(java.time.ZoneOffset.UTC));
    }

    private static @Nullable Instant date(String text) {
        try {
            return OffsetDateTime.parse(text.strip(), INTERNAL_DATE).toInstant();
        } catch (DateTimeException unreadable) {
            return null;
        }
    }
}

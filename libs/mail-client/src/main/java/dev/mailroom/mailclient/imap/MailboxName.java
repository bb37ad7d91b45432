package dev.mailroom.mailclient.imap;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The name of a mailbox exactly as the server sent it; in modified UTF-7 also where the connection speaks UTF-8 (RFC 6855).
 *
 * <p>The raw bytes are the identity and are what is sent back: decoding and encoding again does not always give the same bytes
 * ({@code A&B}, {@code x&AOk-&AOk-y}), and then the mailbox could not be selected. The decoded form is for people only.
 *
 * @param raw one character for each byte (ISO 8859-1), 1..2500; {@code INBOX} is written in upper case because only it ignores case
 * @param delimiter between the levels of the hierarchy; 0 if there is none
 */
public record MailboxName(String raw, char delimiter) {
    /** Longest name, in bytes: 200 levels of a dozen letters, and a database can still index it. */
    public static final int NAME_MAX_BYTES = 2_500;

    public static final MailboxName INBOX = new MailboxName("INBOX", '\0');

    /** @throws IllegalArgumentException if the name is empty, too long or holds characters that are not bytes */
    public MailboxName {
        if (raw.isEmpty() || raw.length() > NAME_MAX_BYTES || raw.chars().anyMatch(c -> c > 0xff)) {
            throw new IllegalArgumentException("a mailbox name has 1.." + NAME_MAX_BYTES + " bytes");
        }
        if (raw.equalsIgnoreCase("INBOX")) {
            raw = "INBOX";
        }
    }

    public static MailboxName ofRaw(byte[] raw, char delimiter) {
        return new MailboxName(new String(raw, StandardCharsets.ISO_8859_1), delimiter);
    }

    /**
     * The name of a mailbox that we are about to create.
     *
     * @param path the levels in clear text
     * @param utf8 true if the session speaks UTF-8 names (RFC 6855); else they are written in modified UTF-7 (RFC 3501, 5.1.3)
     * @throws IllegalArgumentException if a level is empty, holds the delimiter or control characters, or there are several without a
     *     delimiter
     */
    public static MailboxName of(List<String> path, char delimiter, boolean utf8) {
        if (path.isEmpty() || (path.size() > 1 && delimiter == '\0')) {
            throw new IllegalArgumentException("a path of " + path.size() + " levels is not possible here");
        }
        for (String level : path) {
            boolean control = level.chars().anyMatch(Character::isISOControl);
            if (level.isEmpty() || control || (delimiter != '\0' && level.indexOf(delimiter) >= 0)) {
                throw new IllegalArgumentException("not a level of a mailbox name");
            }
        }
        String joined = path.stream()
                .map(level -> utf8 ? level : ModifiedUtf7.encode(level))
                .collect(Collectors.joining(String.valueOf(delimiter)));
        return ofRaw(joined.getBytes(StandardCharsets.UTF_8), delimiter);
    }

    public byte[] bytes() {
        return raw.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The name for people, with its delimiters. */
    public String display() {
        return decode(raw);
    }

    /** The levels for people. A delimiter at the end, as some servers put it behind a mailbox with children, makes no level. */
    public List<String> path() {
        if (delimiter == '\0') {
            return List.of(display());
        }
        boolean trailing = raw.length() > 1 && raw.charAt(raw.length() - 1) == delimiter;
        String levels = trailing ? raw.substring(0, raw.length() - 1) : raw;
        return List.of(levels.split(java.util.regex.Pattern.quote(String.valueOf(delimiter)), -1)).stream()
                .map(MailboxName::decode)
                .toList();
    }

    public boolean isInbox() {
        return raw.equals("INBOX");
    }

    /** Bytes that are no UTF-8 are shown one by one, as servers did that knew no encoding. */
    private static String decode(String raw) {
        if (raw.chars().allMatch(c -> c <= 0x7f)) {
            return ModifiedUtf7.decode(raw);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(raw.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return raw;
        }
    }

    /** The delimiter is no part of the identity: STATUS names a mailbox without it. */
    @Override
    public boolean equals(Object other) {
        return other instanceof MailboxName name && raw.equals(name.raw);
    }

    @Override
    public int hashCode() {
        return raw.hashCode();
    }

    /** Does not print the name: it is the user's. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "MailboxName[%08x]", raw.hashCode());
    }
}

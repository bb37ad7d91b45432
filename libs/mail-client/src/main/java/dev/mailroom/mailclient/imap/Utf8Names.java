package dev.mailroom.mailclient.imap;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Mailbox names of a session that has enabled UTF-8 (RFC 6855). Everybody else knows a mailbox by its name in modified UTF-7, as a session
 * without UTF-8 sees it: so a mailbox is the same one whichever of them looked at it.
 */
final class Utf8Names {
    private Utf8Names() {}

    /** What the server said, one character for each byte, as {@link MailboxName#raw()}. Bytes that are no UTF-8 stay as they are. */
    static String raw(String said) {
        byte[] bytes = said.getBytes(StandardCharsets.ISO_8859_1);
        try {
            return ModifiedUtf7.encode(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException notUtf8) {
            return said;
        }
    }

    /** What is said to the server. */
    static byte[] bytes(MailboxName name) {
        boolean unknownBytes = name.raw().chars().anyMatch(c -> c > 0x7f);
        return unknownBytes ? name.bytes() : ModifiedUtf7.decode(name.raw()).getBytes(StandardCharsets.UTF_8);
    }
}

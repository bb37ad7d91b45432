package dev.mailroom.mailclient.imap;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * A command being written: plain text and literals in turn.
 *
 * <p>Names and strings of others go through {@link #string}, which quotes them or makes a literal of them, so that no name can end the
 * line and begin a command of its own.
 */
final class Command {
    /** Longest line that is sent, literals excepted; servers must take 8,192 (RFC 7162, 4). */
    static final int LINE_MAX_BYTES = 8_000;

    /** A piece of the command. */
    record Piece(byte[] bytes, boolean literal) {}

    private final List<Piece> pieces = new ArrayList<>();
    private final ByteArrayOutputStream plain = new ByteArrayOutputStream();

    private Command(String verb) {
        text(verb);
    }

    static Command of(String verb) {
        return new Command(verb);
    }

    /** Text of our own. */
    Command text(String text) {
        plain.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** A secret that needs no quotes, as a piece of its own so that it can be wiped. */
    Command secret(byte[] value) {
        flush();
        pieces.add(new Piece(value.clone(), false));
        return this;
    }

    /** A mailbox, as {@link Capabilities#wire} gives its name. */
    Command mailbox(byte[] name) {
        return text(" ").string(name);
    }

    /**
     * A string of somebody else.
     *
     * @throws IllegalArgumentException if it holds NUL, which IMAP cannot carry
     */
    Command string(byte[] value) {
        boolean quotable = value.length <= LINE_MAX_BYTES / 4;
        for (byte b : value) {
            if (b == 0) {
                throw new IllegalArgumentException("IMAP strings cannot hold NUL");
            }
            quotable &= b >= 0x20 && b < 0x7f;
        }
        if (!quotable) {
            return literal(value);
        }
        plain.write('"');
        for (byte b : value) {
            if (b == '"' || b == '\\') {
                plain.write('\\');
            }
            plain.write(b);
        }
        plain.write('"');
        return this;
    }

    Command literal(byte[] value) {
        flush();
        pieces.add(new Piece(value, true));
        return this;
    }

    /**
     * Flags in parentheses.
     *
     * @throws IllegalArgumentException if one is not a flag (RFC 3501, 9)
     */
    Command flags(Collection<String> flags) {
        for (String flag : flags) {
            String name = flag.startsWith("\\") ? flag.substring(1) : flag;
            if (name.isEmpty() || !name.chars().allMatch(Command::isAtomCharacter)) {
                throw new IllegalArgumentException("not a flag");
            }
        }
        return text("(" + String.join(" ", flags) + ")");
    }

    List<Piece> pieces() {
        flush();
        return List.copyOf(pieces);
    }

    /** Overwrites what was written; for commands that hold a secret. */
    void wipe() {
        pieces.forEach(piece -> Arrays.fill(piece.bytes(), (byte) 0));
        int length = plain.size();
        plain.reset();
        plain.writeBytes(new byte[length]);
        plain.reset();
    }

    private void flush() {
        if (plain.size() > 0) {
            pieces.add(new Piece(plain.toByteArray(), false));
            plain.reset();
        }
    }

    private static boolean isAtomCharacter(int c) {
        return c > 0x20 && c < 0x7f && "(){%*\"\\]".indexOf(c) < 0;
    }
}

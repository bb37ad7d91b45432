package dev.mailroom.mailclient.imap;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts of one answer, literals included, without recursion and without trusting any of it.
 *
 * <p>Every method throws {@link MalformedAnswerException} if the answer is not what it should be; none reads past its end.
 */
final class Tokens {
    /** Flags of one message or mailbox. */
    static final int FLAGS_MAX = 1_000;

    private static final int NUMBER_MAX_DIGITS = 19;

    private final byte[] bytes;
    private final int end;
    private int at;
    private boolean utf8;

    Tokens(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /** Names of mailboxes are UTF-8 on this connection. */
    Tokens withUtf8Names() {
        utf8 = true;
        return this;
    }

    /** The name of a mailbox, as {@link MailboxName#raw()}. */
    String mailbox() {
        String said = string();
        return utf8 ? Utf8Names.raw(said) : said;
    }

    static Tokens of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return new Tokens(bytes, 0, bytes.length);
    }

    boolean atEnd() {
        skipSpaces();
        return at >= end;
    }

    /** Takes the character if it is the next one after spaces. */
    boolean take(char expected) {
        skipSpaces();
        if (at < end && bytes[at] == expected) {
            at++;
            return true;
        }
        return false;
    }

    void expect(char expected) {
        if (!take(expected)) {
            throw new MalformedAnswerException("'" + expected + "' is missing");
        }
    }

    /** True if the next character is this one; spaces before it are skipped. */
    boolean nextIs(char expected) {
        skipSpaces();
        return at < end && bytes[at] == expected;
    }

    /** A word up to a space, a parenthesis, a bracket or a quote; upper case. */
    String keyword() {
        return word().toUpperCase(Locale.ROOT);
    }

    /** A word as it is sent. */
    String word() {
        skipSpaces();
        int start = at;
        while (at < end && !endsWord(bytes[at])) {
            at++;
        }
        if (start == at) {
            throw new MalformedAnswerException("a word is missing");
        }
        return text(start, at);
    }

    /** The name of a FETCH item: a word with its section in brackets and its origin, for example {@code BODY[1.2]<0>}. */
    String itemName() {
        skipSpaces();
        int start = at;
        int depth = 0;
        while (at < end) {
            byte b = bytes[at];
            if (b == '[') {
                depth++;
            } else if (b == ']' && depth > 0) {
                depth--;
            } else if (depth == 0 && endsWord(b) && b != '[') {
                // Some servers leave out the space before a literal.
                break;
            }
            at++;
        }
        if (start == at || depth != 0) {
            throw new MalformedAnswerException("an item name is missing");
        }
        return text(start, at).toUpperCase(Locale.ROOT);
    }

    /** A number of at most 63 bits. */
    long number() {
        skipSpaces();
        int start = at;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        if (start == at || at - start > NUMBER_MAX_DIGITS) {
            throw new MalformedAnswerException("a number is missing");
        }
        try {
            return Long.parseLong(text(start, at));
        } catch (NumberFormatException tooLarge) {
            throw new MalformedAnswerException("a number is too large");
        }
    }

    /** A number of 32 bits, not 0. */
    long uid() {
        long uid = number();
        if (uid < 1 || uid > UidSet.UID_MAX) {
            throw new MalformedAnswerException("not a UID");
        }
        return uid;
    }

    boolean nextIsNumber() {
        skipSpaces();
        return at < end && bytes[at] >= '0' && bytes[at] <= '9';
    }

    /** A quoted string, a literal, or a word; null for NIL. */
    byte @Nullable [] nstring() {
        skipSpaces();
        if (at >= end) {
            throw new MalformedAnswerException("a string is missing");
        }
        if (bytes[at] == '"') {
            return quoted();
        }
        if (bytes[at] == '{' || (bytes[at] == '~' && at + 1 < end && bytes[at + 1] == '{')) {
            return literal();
        }
        int start = at;
        while (at < end && bytes[at] != ' ' && bytes[at] != ')' && bytes[at] != '(') {
            at++;
        }
        if (start == at) {
            throw new MalformedAnswerException("a string is missing");
        }
        String text = text(start, at);
        return text.equalsIgnoreCase("NIL") ? null : Arrays.copyOfRange(bytes, start, at);
    }

    /** A string that is not NIL, one character for each byte. */
    String string() {
        byte[] value = nstring();
        if (value == null) {
            throw new MalformedAnswerException("a string is missing");
        }
        return new String(value, StandardCharsets.ISO_8859_1);
    }

    /** Words in parentheses, for example flags. */
    Set<String> words() {
        expect('(');
        Set<String> words = new LinkedHashSet<>();
        while (!take(')')) {
            skipSpaces();
            int start = at;
            while (at < end && bytes[at] != ' ' && bytes[at] != ')') {
                at++;
            }
            if (start == at || words.size() >= FLAGS_MAX) {
                throw new MalformedAnswerException("a list of words is broken");
            }
            words.add(text(start, at));
        }
        return words;
    }

    /** UID ranges in the order of the server; a range may be written backwards, {@code *} means the largest. */
    List<UidSet.Range> ranges() {
        List<UidSet.Range> ranges = new ArrayList<>();
        do {
            if (ranges.size() >= UidSet.RANGES_MAX) {
                throw new MalformedAnswerException("too many ranges");
            }
            long first = uidOrStar();
            long last = at < end && bytes[at] == ':' ? uidAfterColon() : first;
            ranges.add(new UidSet.Range(Math.min(first, last), Math.max(first, last)));
        } while (at < end && bytes[at] == ',' && at++ < end);
        return ranges;
    }

    /** Passes over one value of any kind, nested to any depth. */
    void skipValue() {
        int depth = 0;
        do {
            skipSpaces();
            if (at >= end) {
                throw new MalformedAnswerException("a value is missing");
            }
            byte b = bytes[at];
            if (b == '(') {
                depth++;
                at++;
            } else if (b == ')') {
                if (--depth < 0) {
                    throw new MalformedAnswerException("a value is missing");
                }
                at++;
            } else if (b == '"') {
                quoted();
            } else if (b == '{' || (b == '~' && at + 1 < end && bytes[at + 1] == '{')) {
                skipLiteral();
            } else {
                at++;
                while (at < end && !endsWord(bytes[at])) {
                    at++;
                }
            }
        } while (depth > 0);
    }

    /** All that is left, one character for each byte. */
    String rest() {
        skipSpaces();
        String rest = text(Math.min(at, end), end);
        at = end;
        return rest;
    }

    private long uidOrStar() {
        if (take('*')) {
            return UidSet.UID_MAX;
        }
        return uid();
    }

    private long uidAfterColon() {
        at++;
        return uidOrStar();
    }

    private byte[] quoted() {
        at++;
        byte[] value = new byte[Math.min(256, end - at)];
        int length = 0;
        while (at < end && bytes[at] != '"') {
            if (bytes[at] == '\\' && at + 1 < end) {
                at++;
            }
            if (length == value.length) {
                value = Arrays.copyOf(value, Math.max(16, length * 2));
            }
            value[length++] = bytes[at++];
        }
        if (at >= end) {
            throw new MalformedAnswerException("a quote is not closed");
        }
        at++;
        return Arrays.copyOf(value, length);
    }

    private byte[] literal() {
        int length = literalLength();
        byte[] value = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return value;
    }

    private void skipLiteral() {
        at += literalLength();
    }

    private int literalLength() {
        if (bytes[at] == '~') {
            at++;
        }
        at++;
        long length = number();
        if (at < end && bytes[at] == '+') {
            at++;
        }
        boolean framed = at + 3 <= end && bytes[at] == '}' && bytes[at + 1] == '\r' && bytes[at + 2] == '\n';
        if (!framed || length > end - (at + 3L)) {
            throw new MalformedAnswerException("a literal is cut");
        }
        at += 3;
        return (int) length;
    }

    private void skipSpaces() {
        while (at < end && bytes[at] == ' ') {
            at++;
        }
    }

    private static boolean endsWord(byte b) {
        return b == ' ' || b == '(' || b == ')' || b == '[' || b == ']' || b == '"' || b == '{';
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}

package dev.mailroom.sync.message;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;

/** Decodes a body part's transfer encoding (RFC 2045 section 6) while it is written; broken input is decoded as far as it goes. */
final class TransferDecoding {
    private TransferDecoding() {}

    /** @param encoding the value of Content-Transfer-Encoding; what is unknown is passed on as it is */
    static OutputStream into(OutputStream target, String encoding) {
        return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
            case "base64" -> new Base64Decoding(target);
            case "quoted-printable" -> new QuotedPrintableDecoding(target);
            default -> new Plain(target);
        };
    }

    /** Passes bytes on and leaves the target open. */
    private static class Plain extends FilterOutputStream {
        Plain(OutputStream target) {
            super(target);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    private static final class Base64Decoding extends Plain {
        private static final int[] VALUES = values();

        private int bits;
        private int count;
        private boolean ended;

        Base64Decoding(OutputStream target) {
            super(target);
        }

        private static int[] values() {
            int[] values = new int[256];
            Arrays.fill(values, -1);
            String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            for (int i = 0; i < alphabet.length(); i++) {
                values[alphabet.charAt(i)] = i;
            }
            return values;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            byte[] decoded = new byte[length];
            int size = 0;
            for (int i = offset; i < offset + length && !ended; i++) {
                if (bytes[i] == '=') {
                    ended = true;
                }
                int value = VALUES[bytes[i] & 0xff];
                if (value < 0) {
                    continue;
                }
                bits = bits << 6 | value;
                count += 6;
                if (count >= 8) {
                    count -= 8;
                    decoded[size++] = (byte) (bits >>> count);
                    bits &= (1 << count) - 1;
                }
            }
            out.write(decoded, 0, size);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }
    }

    /**
     * Decodes as mime4j does when it measures a part, so that the size that is told is the size that is sent: blanks at the end of a line go
     * (RFC 2045 section 6.7 rule 3), a line end is CRLF, and what is no escape is passed on. But for a soft line break at the very end, where
     * mime4j counts its sign.
     */
    private static final class QuotedPrintableDecoding extends Plain {
        /** Blanks in a row that are kept until it is known whether they end a line; more are no writing, and passed on. */
        private static final int BLANKS_MAX_BYTES = 64 * 1024;

        private enum After {
            TEXT,
            CR,
            EQUALS,
            EQUALS_AND_ONE,
            TWO_EQUALS,
            TWO_EQUALS_AND_CR
        }

        private final ByteArrayOutputStream decoded = new ByteArrayOutputStream();
        private final ByteArrayOutputStream blanks = new ByteArrayOutputStream();
        private After after = After.TEXT;
        /** The line end that comes next is none (rule 5). */
        private boolean softly;

        private int first;

        QuotedPrintableDecoding(OutputStream target) {
            super(target);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int i = offset; i < offset + length; i++) {
                take(bytes[i] & 0xff);
            }
            passOn();
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void close() throws IOException {
            if (after == After.EQUALS) {
                // The line end that follows it belongs to the boundary.
                keepBlanks();
            } else if (after == After.EQUALS_AND_ONE) {
                text('=');
                text(first);
            }
            after = After.TEXT;
            passOn();
            super.close();
        }

        private void passOn() throws IOException {
            out.write(decoded.toByteArray());
            decoded.reset();
        }

        private void take(int b) {
            switch (after) {
                case EQUALS -> afterEquals(b);
                case EQUALS_AND_ONE -> escape(b);
                case TWO_EQUALS -> {
                    if (b == '\r') {
                        after = After.TWO_EQUALS_AND_CR;
                    } else {
                        after = After.TEXT;
                        softly = b == '\n';
                        plain(b);
                    }
                }
                case TWO_EQUALS_AND_CR -> {
                    softly = b == '\n';
                    after = After.CR;
                    plain(b);
                }
                default -> plain(b);
            }
        }

        private void plain(int b) {
            if (after == After.CR && b != '\n') {
                // One alone: where it stands, blanks or not.
                decoded.write('\r');
            }
            after = b == '\r' ? After.CR : b == '=' ? After.EQUALS : After.TEXT;
            if (b == '\n') {
                endLine();
            } else if (after == After.TEXT && Character.isWhitespace(b)) {
                blank(b);
            } else if (after == After.TEXT) {
                text(b);
            }
        }

        private void afterEquals(int b) {
            after = After.TEXT;
            if (b == '=') {
                text('=');
                after = After.TWO_EQUALS;
            } else if (b == '\n') {
                keepBlanks();
            } else if (Character.isWhitespace(b)) {
                keepBlanks();
                softly = true;
                blanks.write('=');
                blanks.write(b);
            } else {
                first = b;
                after = After.EQUALS_AND_ONE;
            }
        }

        private void escape(int second) {
            after = After.TEXT;
            int high = Character.digit(first, 16);
            int low = Character.digit(second, 16);
            if (high >= 0 && low >= 0) {
                text(high << 4 | low);
            } else {
                text('=');
                decoded.write(first);
                decoded.write(second);
            }
        }

        private void endLine() {
            if (!softly) {
                decoded.write('\r');
                decoded.write('\n');
            }
            softly = false;
            blanks.reset();
        }

        private void blank(int b) {
            if (blanks.size() >= BLANKS_MAX_BYTES) {
                keepBlanks();
            }
            blanks.write(b);
        }

        private void text(int b) {
            keepBlanks();
            decoded.write(b);
        }

        private void keepBlanks() {
            decoded.writeBytes(blanks.toByteArray());
            blanks.reset();
            softly = false;
        }
    }
}

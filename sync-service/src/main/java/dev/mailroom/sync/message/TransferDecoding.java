package dev.mailroom.sync.message;

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

    private static final class QuotedPrintableDecoding extends Plain {
        private final byte[] pending = new byte[2];
        private int held = -1;

        QuotedPrintableDecoding(OutputStream target) {
            super(target);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int i = offset; i < offset + length; i++) {
                write(bytes[i]);
            }
        }

        @Override
        public void write(int b) throws IOException {
            if (held < 0) {
                if (b == '=') {
                    held = 0;
                } else {
                    out.write(b);
                }
                return;
            }
            pending[held++] = (byte) b;
            if (held == 1 && b == '\n') {
                held = -1;
                return;
            }
            if (held == 2) {
                held = -1;
                escape();
            }
        }

        private void escape() throws IOException {
            int high = Character.digit(pending[0], 16);
            int low = Character.digit(pending[1], 16);
            if (high >= 0 && low >= 0) {
                out.write(high << 4 | low);
            } else if (pending[0] != '\r') {
                out.write('=');
                out.write(pending, 0, 2);
            }
        }
    }
}

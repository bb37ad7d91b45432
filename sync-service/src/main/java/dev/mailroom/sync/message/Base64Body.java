package dev.mailroom.sync.message;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Decodes base64 (RFC 2045 section 6.8) while it is read, byte for byte as mime4j does, which is several times slower: characters that are
 * none of the alphabet are passed over, padding ends the body, and what is too little for a byte is left out.
 */
final class Base64Body extends InputStream {
    private static final int BUFFER_BYTES = 8 * 1024;
    private static final int NONE = -1;
    private static final byte[] VALUES = values();

    private final InputStream in;
    private final byte[] encoded = new byte[BUFFER_BYTES];
    /** Decoded bytes for which the caller had no room: at most two. */
    private final byte[] left = new byte[2];

    private int leftAt;
    private int leftSize;
    private int at;
    private int size;
    private int bits;
    private int sextets;
    private boolean ended;

    /** @param in the encoded body; it is not closed */
    Base64Body(InputStream in) {
        this.in = in;
    }

    private static byte[] values() {
        byte[] values = new byte[256];
        Arrays.fill(values, (byte) NONE);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) {
            values[alphabet.charAt(i)] = (byte) i;
        }
        return values;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int to = offset + length;
        int written = offset;
        while (leftAt < leftSize && written < to) {
            target[written++] = left[leftAt++];
        }
        while (written < to && !ended && (at < size || fill())) {
            if (sextets == 0) {
                written = wholeGroups(target, written, to);
            }
            if (written < to && at < size) {
                written = next(target, written, to);
            }
        }
        return written == offset ? -1 : written - offset;
    }

    private boolean fill() throws IOException {
        at = 0;
        size = Math.max(0, in.read(encoded, 0, encoded.length));
        // Without padding what is left of a group is not whole.
        ended = size == 0;
        return !ended;
    }

    /** Groups of four characters without a line end between them, which most are. */
    private int wholeGroups(byte[] target, int from, int to) {
        byte[] values = VALUES;
        byte[] source = encoded;
        int i = at;
        int written = from;
        int last = size - 4;
        while (i <= last && written + 3 <= to) {
            int group = values[source[i] & 0xff] << 18
                    | values[source[i + 1] & 0xff] << 12
                    | values[source[i + 2] & 0xff] << 6
                    | values[source[i + 3] & 0xff];
            if (group < 0) {
                break;
            }
            target[written] = (byte) (group >>> 16);
            target[written + 1] = (byte) (group >>> 8);
            target[written + 2] = (byte) group;
            written += 3;
            i += 4;
        }
        at = i;
        return written;
    }

    /** One character. */
    private int next(byte[] target, int from, int to) {
        byte character = encoded[at++];
        if (character == '=') {
            ended = true;
            return padded(target, from, to);
        }
        int value = VALUES[character & 0xff];
        if (value < 0) {
            return from;
        }
        bits = bits << 6 | value;
        if (++sextets < 4) {
            return from;
        }
        sextets = 0;
        return give(target, from, to, bits, 3);
    }

    private int padded(byte[] target, int from, int to) {
        return switch (sextets) {
            case 2 -> give(target, from, to, bits << 12, 1);
            case 3 -> give(target, from, to, bits << 6, 2);
            default -> from;
        };
    }

    /** The first bytes of a group; what the caller has no room for waits for him. */
    private int give(byte[] target, int from, int to, int group, int bytes) {
        int written = from;
        leftAt = 0;
        leftSize = 0;
        for (int i = 0; i < bytes; i++) {
            byte decoded = (byte) (group >>> (16 - 8 * i));
            if (written < to) {
                target[written++] = decoded;
            } else {
                left[leftSize++] = decoded;
            }
        }
        return written;
    }
}

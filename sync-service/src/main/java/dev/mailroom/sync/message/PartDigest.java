package dev.mailroom.sync.message;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Digest of one decoded part. Text is digested without carriage returns and without white space at its end, because servers write
 * those anew.
 */
final class PartDigest {
    /** Of a part that is empty. */
    static final String OF_NOTHING = HexFormat.of().formatHex(sha256().digest());

    private static final int PENDING_MAX_BYTES = 1024 * 1024;
    private static final byte[] NOTHING = new byte[0];

    private final MessageDigest sha256 = sha256();
    private final boolean text;
    private byte[] line = NOTHING;
    /** White space of a text that counts only if something follows: line feeds and spaces, as they came. */
    private byte[] pending = NOTHING;

    private int pendingBytes;

    PartDigest(boolean text) {
        this.text = text;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    void update(byte[] bytes, int length) {
        if (!text) {
            sha256.update(bytes, 0, length);
            return;
        }
        if (line.length < length) {
            line = new byte[length];
        }
        int size = 0;
        for (int i = 0; i < length; i++) {
            line[size] = bytes[i];
            size += bytes[i] == '\r' ? 0 : 1;
        }
        int end = size;
        while (end > 0 && isBlank(line[end - 1])) {
            end--;
        }
        if (end > 0) {
            flush();
            sha256.update(line, 0, end);
        }
        hold(end, size);
    }

    /** Keeps the white space at the end of the line. More than the limit of it is text after all. */
    private void hold(int from, int to) {
        int length = to - from;
        if (pendingBytes + length > PENDING_MAX_BYTES) {
            for (int i = from; i < to; i++) {
                holdOne(i);
            }
            return;
        }
        growTo(pendingBytes + length);
        System.arraycopy(line, from, pending, pendingBytes, length);
        pendingBytes += length;
    }

    private void holdOne(int at) {
        if (pendingBytes >= PENDING_MAX_BYTES) {
            flush();
            sha256.update(line[at]);
            return;
        }
        growTo(pendingBytes + 1);
        pending[pendingBytes++] = line[at];
    }

    private void growTo(int size) {
        if (pending.length < size) {
            pending = Arrays.copyOf(pending, Math.max(2 * pending.length, size));
        }
    }

    private void flush() {
        sha256.update(pending, 0, pendingBytes);
        pendingBytes = 0;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\n';
    }

    String hex() {
        return HexFormat.of().formatHex(sha256.digest());
    }
}

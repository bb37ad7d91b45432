package dev.mailroom.sync.message;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Digest of one decoded part. Text is digested without carriage returns and without white space at its end, because servers write
 * those anew.
 */
final class PartDigest {
    private final MessageDigest sha256 = sha256();
    private final boolean text;
    /** White space of a text that counts only if something follows: lines feeds and spaces, as they came. */
    private final StringBuilder pending = new StringBuilder();

    private static final int PENDING_MAX_CHARS = 1024 * 1024;

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
        int end = 0;
        byte[] kept = new byte[length + pending.length()];
        for (int i = 0; i < length; i++) {
            byte b = bytes[i];
            if (b == '\r') {
                continue;
            }
            if ((b == ' ' || b == '\t' || b == '\n') && pending.length() < PENDING_MAX_CHARS) {
                pending.append((char) b);
                continue;
            }
            if (end + pending.length() + 1 > kept.length) {
                kept = java.util.Arrays.copyOf(kept, end + pending.length() + length);
            }
            for (int p = 0; p < pending.length(); p++) {
                kept[end++] = (byte) pending.charAt(p);
            }
            pending.setLength(0);
            kept[end++] = b;
        }
        sha256.update(kept, 0, end);
    }

    String hex() {
        return HexFormat.of().formatHex(sha256.digest());
    }
}

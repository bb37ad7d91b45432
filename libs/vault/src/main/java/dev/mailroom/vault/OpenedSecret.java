package dev.mailroom.vault;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A plaintext on loan: use it in a try-with-resources, so that its bytes are overwritten as soon as it is no longer needed. */
public final class OpenedSecret implements AutoCloseable {

    private final byte[] bytes;
    private boolean wiped;

    OpenedSecret(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of the secret; the caller wipes it. */
    public synchronized byte[] bytes() {
        requireOpen();
        return bytes.clone();
    }

    /** The secret read as UTF-8; the caller wipes it. */
    public synchronized char[] chars() {
        requireOpen();
        CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
        char[] chars = new char[decoded.remaining()];
        decoded.get(chars);
        Arrays.fill(decoded.array(), '\0');
        return chars;
    }

    /** Overwrites the secret. */
    @Override
    public synchronized void close() {
        Arrays.fill(bytes, (byte) 0);
        wiped = true;
    }

    @Override
    public String toString() {
        return "OpenedSecret[***]";
    }

    private void requireOpen() {
        if (wiped) {
            throw new IllegalStateException("the secret is already wiped");
        }
    }
}

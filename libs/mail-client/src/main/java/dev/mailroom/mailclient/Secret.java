package dev.mailroom.mailclient;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * A password or token that masks itself in logs and can be wiped.
 *
 * <p>Safe for use by several threads. Equality is identity, so that no comparison of secrets can be timed.
 */
public final class Secret implements AutoCloseable {
    private byte[] utf8;
    private boolean wiped;

    private Secret(byte[] utf8) {
        this.utf8 = utf8;
    }

    /** Copies the characters; the caller may wipe its own array. */
    public static Secret of(char[] value) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(value));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        Arrays.fill(encoded.array(), (byte) 0);
        return new Secret(bytes);
    }

    public static Secret of(String value) {
        return new Secret(Objects.requireNonNull(value).getBytes(StandardCharsets.UTF_8));
    }

    /** Copies bytes that are already UTF-8. */
    public static Secret ofUtf8(byte[] value) {
        return new Secret(value.clone());
    }

    /**
     * A copy in UTF-8 that the caller wipes after use.
     *
     * @throws IllegalStateException after {@link #wipe()}
     */
    public synchronized byte[] utf8() {
        if (wiped) {
            throw new IllegalStateException("the secret was wiped");
        }
        return utf8.clone();
    }

    /** Overwrites the value; later reads fail. */
    public synchronized void wipe() {
        Arrays.fill(utf8, (byte) 0);
        utf8 = new byte[0];
        wiped = true;
    }

    @Override
    public void close() {
        wipe();
    }

    @Override
    public String toString() {
        return "********";
    }
}

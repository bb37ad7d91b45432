package dev.mailroom.systemtests.replicas;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What has come and is not understood yet. Belongs to one thread. */
final class Bytes {
    private static final int FIRST_SIZE = 1 << 14;

    /** From its position to its limit: what is there. */
    private ByteBuffer there = ByteBuffer.allocate(FIRST_SIZE).limit(0);

    void add(byte[] bytes, int length) {
        there.compact();
        if (there.remaining() < length) {
            there = ByteBuffer.allocate(Math.max(2 * there.capacity(), there.position() + length))
                    .put(there.flip());
        }
        there.put(bytes, 0, length).flip();
    }

    int size() {
        return there.remaining();
    }

    int byteAt(int at) {
        return there.get(there.position() + at);
    }

    int shortAt(int at) {
        return there.getShort(there.position() + at);
    }

    int intAt(int at) {
        return there.getInt(there.position() + at);
    }

    /** Text up to the next zero byte. */
    String textAt(int at) {
        int end = at;
        while (byteAt(end) != 0) {
            end++;
        }
        return new String(there.array(), there.position() + at, end - at, StandardCharsets.ISO_8859_1);
    }

    /** The next line without its end, taken away; null if its end has not come. */
    @Nullable
    String line() {
        for (int at = 0; at < size(); at++) {
            if (byteAt(at) == '\n') {
                String line = new String(there.array(), there.position(), at, StandardCharsets.ISO_8859_1);
                drop(at + 1);
                return line.stripTrailing();
            }
        }
        return null;
    }

    void drop(int length) {
        there.position(there.position() + length);
    }
}

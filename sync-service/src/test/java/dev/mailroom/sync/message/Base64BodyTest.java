package dev.mailroom.sync.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.apache.james.mime4j.codec.Base64InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Base64BodyTest {
    private static final int TRIES = 3_000;
    private static final int BODY_MAX_BYTES = 20_000;

    @Test
    void decodesWhatWasEncoded() throws Exception {
        Random random = new Random(1);
        for (int length : new int[] {0, 1, 2, 3, 4, 57, 58, 8_191, 8_192, 100_000}) {
            byte[] content = new byte[length];
            random.nextBytes(content);

            byte[] decoded = read(new Base64Body(stream(Base64.getMimeEncoder().encode(content), random)), random);

            assertThat(decoded).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "=",
                "==",
                "Q",
                "QQ",
                "QQ=",
                "QQ==",
                "QUI",
                "QUI=",
                "QUJD",
                "QUJD=",
                "QUJD====QUJD",
                "Q=Q=",
                "QQ==\r\nQQ==",
                " Q U J D ",
                "Q!U@J#D",
                "QUJD\0\u00ff-_",
                "QU\r\nJD\r\n",
                "\r\n\r\n"
            })
    void decodesBrokenBase64AsMime4jDoes(String body) throws Exception {
        byte[] encoded = body.getBytes(StandardCharsets.ISO_8859_1);

        assertThat(new Base64Body(new ByteArrayInputStream(encoded)).readAllBytes())
                .isEqualTo(asMime4j(encoded));
    }

    /** The digest of a decoded part is the identity of its message: an older version must have found the same. */
    @Test
    void decodesWhateverComesAsMime4jDoes() throws Exception {
        Random random = new Random(2);
        String mostly = "QUJDabcxyz019+/=\r\n\r\n \t!@\0\u00ff-_.";
        for (int i = 0; i < TRIES; i++) {
            int alphabet = 1 + random.nextInt(mostly.length());
            byte[] encoded = new byte[random.nextInt(i % 100 == 0 ? BODY_MAX_BYTES : 200)];
            for (int at = 0; at < encoded.length; at++) {
                encoded[at] = (byte) mostly.charAt(random.nextInt(alphabet));
            }

            byte[] decoded = read(new Base64Body(stream(encoded, random)), random);

            assertThat(decoded).as("try %d", i).isEqualTo(asMime4j(encoded));
        }
    }

    private static byte[] asMime4j(byte[] encoded) throws IOException {
        return new Base64InputStream(new ByteArrayInputStream(encoded)).readAllBytes();
    }

    /** Reads in pieces of any size. */
    private static byte[] read(InputStream in, Random random) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] piece = new byte[64];
        int most = 1 + random.nextInt(piece.length);
        for (int n = in.read(piece, 0, most); n >= 0; n = in.read(piece, 0, most)) {
            all.write(piece, 0, n);
            most = 1 + random.nextInt(piece.length);
        }
        return all.toByteArray();
    }

    /** Gives pieces of any size, as a boundary in the message does. */
    private static InputStream stream(byte[] encoded, Random random) {
        return new ByteArrayInputStream(encoded) {
            @Override
            public int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 1 + random.nextInt(100)));
            }
        };
    }
}

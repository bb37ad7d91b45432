package dev.mailroom.sync.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TransferDecodingTest {
    @Test
    void decodesBase64InPiecesOfAnySize() throws Exception {
        Random random = new Random(11);
        byte[] content = new byte[10_000];
        random.nextBytes(content);
        byte[] encoded = Base64.getMimeEncoder().encode(content);

        assertThat(decode("BASE64", encoded, random)).isEqualTo(content);
    }

    @Test
    void decodesQuotedPrintableWithSoftLineBreaks() throws Exception {
        byte[] encoded = "na=C3=AFve =\r\nline=\nend =ZZ 100=".getBytes(StandardCharsets.US_ASCII);

        assertThat(new String(decode("quoted-printable", encoded, new Random(3)), StandardCharsets.UTF_8))
                .isEqualTo("naïve lineend =ZZ 100");
    }

    @Test
    void passesOtherEncodingsOn() throws Exception {
        byte[] content = "8bit".getBytes(StandardCharsets.US_ASCII);

        assertThat(decode(" 8bit", content, new Random(1))).isEqualTo(content);
    }

    private static byte[] decode(String encoding, byte[] encoded, Random random) throws IOException {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        try (OutputStream decoding = TransferDecoding.into(target, encoding)) {
            for (int at = 0; at < encoded.length; ) {
                int length = Math.min(encoded.length - at, 1 + random.nextInt(7));
                decoding.write(encoded, at, length);
                at += length;
            }
        }
        return target.toByteArray();
    }
}

package dev.mailroom.sync.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.apache.james.mime4j.codec.QuotedPrintableInputStream;
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
    void blanksAtTheEndOfALineAreNoPartOfQuotedPrintable() throws Exception {
        byte[] encoded = "one \t\r\ntwo  =20 \r\nsoft = \r\nthree \t".getBytes(StandardCharsets.US_ASCII);

        assertThat(new String(decode("quoted-printable", encoded, new Random(5)), StandardCharsets.US_ASCII))
                .isEqualTo("one\r\ntwo   \r\nsoft three");
    }

    @Test
    void quotedPrintableIsWhatTheParserMeasures() throws Exception {
        Random random = new Random(17);
        String alphabet = "== \t\r\n\r\n\n\f4aFz-\u00e9";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(14); length > 0; length--) {
                int next = random.nextInt(alphabet.length() + 2);
                text.append(next < alphabet.length() ? String.valueOf(alphabet.charAt(next)) : "\r\n");
            }
            byte[] encoded = text.toString().getBytes(StandardCharsets.ISO_8859_1);

            byte[] measured = new QuotedPrintableInputStream(new ByteArrayInputStream(encoded)).readAllBytes();

            byte[] decoded = decode("quoted-printable", encoded, random);
            // The sign of a soft line break whose line end belongs to the boundary is measured, and is no content.
            boolean counted = text.toString().endsWith("=") && measured.length == decoded.length + 1;
            assertThat(decoded)
                    .as("%s", Arrays.toString(encoded))
                    .isEqualTo(counted ? Arrays.copyOf(measured, decoded.length) : measured);
        }
    }

    @Test
    void aBodyOfBlanksOnlyTakesNoMemory() throws Exception {
        byte[] blanks = new byte[64 * 1024];
        Arrays.fill(blanks, (byte) ' ');
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        try (OutputStream decoding = TransferDecoding.into(target, "quoted-printable")) {
            for (int i = 0; i < 20; i++) {
                decoding.write(blanks);
            }
            decoding.write('x');
        }

        assertThat(target.size()).isEqualTo(20 * blanks.length + 1);
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

package dev.mailroom.account.safety;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.account.AccountInfrastructure;
import dev.mailroom.account.mail.TestMailbox;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What all tests of the service logged together. Tests without Quarkus run after those with it: the log is whole by then. */
class LogsTest {

    @Test
    void holdNoPasswordInAnyForm() throws IOException {
        String folder = System.getProperty(AccountInfrastructure.FOLDER);
        Assumptions.assumeTrue(folder != null, "no test of the service ran in this JVM");
        Path log = Path.of(folder, AccountInfrastructure.LOG);
        assertThat(Files.size(log)).isPositive();
        for (String form : forms(TestMailbox.PASSWORD)) {
            try (Stream<String> lines = Files.lines(log, StandardCharsets.UTF_8)) {
                assertThat(lines.filter(line -> line.contains(form)).findFirst())
                        .isEmpty();
            }
        }
    }

    /** As it is, in the forms in which protocols carry it, and in those three that base64 has within a longer text. */
    static List<String> forms(String password) {
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return List.of(
                password,
                URLEncoder.encode(password, StandardCharsets.UTF_8),
                HexFormat.of().formatHex(bytes),
                inner(base64.encodeToString(bytes), 0),
                inner(base64.encodeToString(prefixed(bytes, 1)), 2),
                inner(base64.encodeToString(prefixed(bytes, 2)), 3));
    }

    private static String inner(String base64, int skip) {
        return base64.substring(skip, base64.length() - 2);
    }

    private static byte[] prefixed(byte[] bytes, int count) {
        byte[] longer = new byte[bytes.length + count];
        System.arraycopy(bytes, 0, longer, count, bytes.length);
        return longer;
    }
}

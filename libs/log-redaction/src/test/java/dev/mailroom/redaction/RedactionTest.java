package dev.mailroom.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
    private static final String CANARY = "can-Ary7";

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A1 LOGIN ana can-Ary7",
                "C: A12 LOGIN \"ana silva\" \"can-Ary7\"",
                "LOGIN ana can-Ary7",
                "a0001 login \"ana\" \"x\\\"can-Ary7\"",
                "Authorization: Bearer can-Ary7",
                "authorization=Basic can-Ary7==",
                "headers=[Host: x, Authorization: Digest can-Ary7, Accept: y]",
                "{\"Authorization\":\"Bearer can-Ary7\"}",
                "sent bearer can-Ary7can-Ary7",
                "connecting to imaps://ana:can-Ary7@imap.example.com/inbox",
                "postgresql://user:p@can-Ary7@host:5432/db",
                "{\"password\":\"can-Ary7\",\"x\":1}",
                "{\"password\" : \"a\\\"b\\\\can-Ary7\"}",
                "{\"password\":\"unfinished can-Ary7",
                "{\"client_secret\": \"can-Ary7\"}",
                "{\"password\": [\"can-Ary7\"]}",
                "Form[username=ana, password=can-Ary7]",
                "grant_type=x&refresh_token=can-Ary7&y=1",
                "sasl.jaas.config PASSWORD=\"can-Ary7\"",
                "?api_key=can-Ary7"
            })
    void masksASecretWhereItIsRecognized(String line) {
        assertThat(Redaction.of(line)).doesNotContain(CANARY).contains(Redaction.MASK);
    }

    @Test
    void masksWhatIsSaidToMailServersInBase64() {
        String plain = base64("\0ana@example.com\0" + CANARY);
        String bearer = base64("user=ana\1auth=Bearer " + CANARY + "\1\1");
        for (String line : new String[] {
            "C: AUTH PLAIN " + plain,
            "A2 AUTHENTICATE PLAIN " + plain,
            "AUTH LOGIN " + base64(CANARY),
            "AUTHENTICATE XOAUTH2 " + bearer,
            plain,
            "C: " + base64(CANARY + "1"),
            "server wants more\n" + base64(CANARY + "-" + CANARY + "!") + "\n",
            "sent '" + plain + "' to the server",
            "sent " + bearer
        }) {
            assertThat(Redaction.of(line))
                    .contains(Redaction.MASK)
                    .doesNotContain(
                            plain, bearer, base64(CANARY), base64(CANARY + "1"), base64(CANARY + "-" + CANARY + "!"));
        }
    }

    @Test
    void masksATokenWhereverItStands() {
        String token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJl-_";

        assertThat(Redaction.of("refused " + token + " because")).isEqualTo("refused *** because");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "account connected account=0f8fad5b-d9cb-469f-a165-70867728950e organization=1 kind=imap",
                "login failed account=1 category=credentials_refused",
                "CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=LOGIN IDLE SASL-IR",
                "250-AUTH PLAIN LOGIN",
                "vault rotated key=123 rewrapped=5 failed=0",
                "GET http://127.0.0.1:8081/v1/accounts?limit=5",
                "mailroom.vault.key-file=/run/secrets/vault.key",
                "/password: must have 1 to 1024 bytes",
                "Installed features: [agroal, cdi, flyway-postgresql, hibernate-reactive]",
                "connected",
                "Shutdown",
                "STARTING",
                "0f8fad5bd9cb469fa16570867728950e is 5"
            })
    void leavesOtherLinesAlone(String line) {
        assertThat(Redaction.of(line)).isEqualTo(line);
    }

    @Test
    void redactsAMessageWithParameters() {
        ExtLogRecord record = new ExtLogRecord(Level.FINE, "%s LOGIN %s %s", ExtLogRecord.FormatStyle.PRINTF, "x");
        record.setParameters(new Object[] {"A1", "ana", CANARY});

        assertThat(new RedactionFilter().isLoggable(record)).isTrue();

        assertThat(record.getFormattedMessage()).isEqualTo("A1 LOGIN *** ***");
        assertThat(record.getParameters()).isNull();
    }

    @Test
    void redactsAThrowableWithItsCausesAndTheSuppressedOnes() {
        var cause = new IllegalArgumentException("imap://ana:" + CANARY + "@host");
        var real = new IllegalStateException("cannot: LOGIN ana " + CANARY, cause);
        real.addSuppressed(new RuntimeException("{\"password\":\"" + CANARY + "\"}"));
        LogRecord record = new LogRecord(Level.SEVERE, "failed");
        record.setThrown(real);

        new RedactionFilter().isLoggable(record);

        StringWriter printed = new StringWriter();
        record.getThrown().printStackTrace(new PrintWriter(printed));
        assertThat(printed.toString())
                .doesNotContain(CANARY)
                .contains(
                        "java.lang.IllegalStateException: cannot: LOGIN",
                        "Caused by: java.lang.IllegalArgumentException")
                .contains("Suppressed: java.lang.RuntimeException")
                .contains("RedactionTest.redactsAThrowable");
    }

    @Test
    void leavesACleanThrowableAsItIs() {
        LogRecord record = new LogRecord(Level.SEVERE, "failed");
        var real = new IllegalStateException("the server went away");
        record.setThrown(real);

        new RedactionFilter().isLoggable(record);

        assertThat(record.getThrown()).isSameAs(real);
    }

    @Test
    void survivesThrowablesThatCauseEachOther() {
        var first = new IllegalStateException("password=" + CANARY);
        var second = new IllegalStateException("password=" + CANARY, first);
        first.initCause(second);

        StringWriter printed = new StringWriter();
        RedactedThrowable.of(first).printStackTrace(new PrintWriter(printed));

        assertThat(printed.toString()).doesNotContain(CANARY);
    }

    @Test
    @Timeout(20)
    void staysLinearOnHostileLines() {
        for (String part : new String[] {
            "\"password\":\"\\\\", "LOGIN \"", "a", "://a@", "AUTH PLAIN ", "eyJaaaaa.", "A=", "authorization:", "\\"
        }) {
            long start = System.nanoTime();
            Redaction.of(part.repeat(1_000_000 / part.length()));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).as(part).isLessThan(Duration.ofSeconds(5));
        }
    }
}

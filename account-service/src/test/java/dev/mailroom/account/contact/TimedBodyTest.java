package dev.mailroom.account.contact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.http.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class TimedBodyTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    };

    /** One byte in this time, for a hundred times. */
    private InputStream drippingEvery(Duration pause) {
        return new InputStream() {
            private int left = 100;

            @Override
            public int read() {
                if (left == 0) {
                    return -1;
                }
                left--;
                now = now.plus(pause);
                return 'a';
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                int read = read();
                into[offset] = (byte) read;
                return read < 0 ? -1 : 1;
            }
        };
    }

    private static void assertTooSlow(InputStream body) {
        assertThatThrownBy(() -> body.transferTo(OutputStream.nullOutputStream()))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.status()).isEqualTo(408);
                    assertThat(problem.slug()).isEqualTo("upload-too-slow");
                    assertThat(problem).hasMessageContaining("60 s");
                });
    }

    @Test
    void takesWhatArrivesInTime() throws IOException {
        InputStream body = new TimedBody(drippingEvery(Duration.ofMillis(600)), clock, A_MINUTE);

        assertThat(body.transferTo(OutputStream.nullOutputStream())).isEqualTo(100);
    }

    @Test
    void refusesWhatDripsForLongerThanItMay() {
        assertTooSlow(new TimedBody(drippingEvery(Duration.ofMillis(601)), clock, A_MINUTE));
        assertThat(now).isEqualTo(Instant.parse("2026-01-01T00:01:00.100Z"));
    }

    @Test
    void takesTheEndHoweverLateItIsKnown() throws IOException {
        InputStream body = new TimedBody(new ByteArrayInputStream(new byte[0]), clock, A_MINUTE);
        now = now.plus(A_MINUTE).plusSeconds(1);

        assertThat(body.read()).isEqualTo(-1);
    }

    @Test
    void refusesWhatTheServerGaveUpWaitingFor() {
        assertTooSlow(new TimedBody(
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("read timed out");
                    }
                },
                clock,
                A_MINUTE));
    }
}

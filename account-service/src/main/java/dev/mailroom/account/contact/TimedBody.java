package dev.mailroom.account.contact;

import dev.mailroom.http.ProblemException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** A body on its way in, refused with a 408 when it does not come to its end in time. */
final class TimedBody extends FilterInputStream {
    private static final int REQUEST_TIMEOUT = 408;

    private final Clock clock;
    private final Duration max;
    private final Instant until;

    TimedBody(InputStream body, Clock clock, Duration max) {
        super(body);
        this.clock = clock;
        this.max = max;
        this.until = clock.instant().plus(max);
    }

    @Override
    public int read() throws IOException {
        try {
            return inTime(super.read());
        } catch (IOException silent) {
            throw late(silent);
        }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        try {
            return inTime(super.read(into, offset, length));
        } catch (IOException silent) {
            throw late(silent);
        }
    }

    /** The end is never too late. */
    private int inTime(int read) throws IOException {
        if (read >= 0 && clock.instant().isAfter(until)) {
            throw new IOException("time is up");
        }
        return read;
    }

    /** The server's own patience with a client that sends nothing ends in an exception; so does a connection that is gone. */
    private ProblemException late(IOException why) {
        ProblemException problem = new ProblemException(
                REQUEST_TIMEOUT,
                "upload-too-slow",
                "Request timeout",
                "The file did not arrive: it may take at most " + max.toSeconds()
                        + " s and must not stand still; nothing of it was saved");
        problem.initCause(why);
        return problem.header("Connection", "close");
    }
}

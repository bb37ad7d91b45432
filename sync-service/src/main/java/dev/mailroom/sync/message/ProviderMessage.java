package dev.mailroom.sync.message;

import dev.mailroom.http.ProblemException;
import dev.mailroom.http.Problems;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.UidSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A message that is found and whose mailbox is open. One thread reads it and closes it in the end; any other may give it up at any time,
 * which cuts the connection so that the reading thread comes back.
 */
public final class ProviderMessage implements AutoCloseable {
    /** A message whose structure has to be found out anew; a larger one is only to be had raw. */
    static final long STRUCTURE_MAX_BYTES = 64L * 1024 * 1024;

    private static final int MIME_HEADER_MAX_BYTES = 64 * 1024;
    private static final int PIPE_BYTES = 64 * 1024;

    private final ImapSession session;
    private final long uid;
    private final Clock clock;
    private final Ending ending;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile Instant progress;
    private volatile Runnable whenGivenUp = () -> {};
    private volatile boolean broken;

    /** What becomes of the session. */
    interface Ending {
        /** @param usable whether the session can serve another message */
        void over(ImapSession session, boolean usable);

        /** What is said of a message that is not there; may wait for it to be known where it went. */
        ProblemException absent();
    }

    ProviderMessage(ImapSession session, long uid, Clock clock, Ending ending) {
        this.session = session;
        this.uid = uid;
        this.clock = clock;
        this.ending = ending;
        this.progress = clock.instant();
    }

    /** When bytes last went on to whoever asked. */
    Instant progress() {
        return progress;
    }

    /** Runs when the message is given up, once. */
    void whenGivenUp(Runnable action) {
        whenGivenUp = action;
    }

    /** Writes the whole message as the provider has it. */
    public void writeRaw(OutputStream target) throws IOException {
        stream("", new Watched(target));
    }

    /**
     * Writes one part, decoded.
     *
     * @param encoding its transfer encoding; null if that has to be asked for
     */
    public void writePart(String part, @Nullable String encoding, OutputStream target) throws IOException {
        String known = encoding == null ? encodingOf(part) : encoding;
        try (OutputStream decoding = TransferDecoding.into(new Watched(target), known)) {
            stream(part, decoding);
        }
    }

    /** The beginning of one part, decoded; ends the connection where there is more. */
    Beginning readPart(MimePart part, int max) throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        try {
            writePart(part.id() == null ? "1" : part.id(), part.encoding(), new UpTo(kept, max));
        } catch (UncheckedIOException stopped) {
            if (kept.size() < max) {
                throw stopped.getCause();
            }
            return new Beginning(kept.toByteArray(), true);
        }
        return new Beginning(kept.toByteArray(), false);
    }

    /** @param cut whether there is more */
    @SuppressWarnings("ArrayRecordComponent")
    record Beginning(byte[] bytes, boolean cut) {}

    /** Reads the message once to see what it consists of. */
    @Nullable
    MimePart structure(MessageParser parser) throws IOException, InterruptedException {
        PipedInputStream in = new PipedInputStream(PIPE_BYTES);
        PipedOutputStream out = new PipedOutputStream(in);
        AtomicReference<@Nullable ProblemException> problem = new AtomicReference<>();
        Thread writer = Thread.ofVirtual().name("structure").start(() -> {
            try (out) {
                stream("", new UpTo(out, STRUCTURE_MAX_BYTES));
            } catch (IOException | UncheckedIOException ended) {
                // The reader sees the end, or has ended it himself.
                broken = true;
            } catch (ProblemException told) {
                problem.set(told);
            }
        });
        MimePart structure;
        try (in) {
            structure = parser.parse(in).structure();
            // The rest has to be taken for the connection to be of use afterwards.
            in.transferTo(OutputStream.nullOutputStream());
        } finally {
            writer.join();
        }
        ProblemException told = problem.get();
        if (told != null) {
            throw told;
        }
        if (broken) {
            throw new IOException("the message was not read to its end");
        }
        return structure;
    }

    private void stream(String section, OutputStream target) throws IOException {
        try {
            long written =
                    section.isEmpty() ? session.streamMessage(uid, target) : session.streamPart(uid, section, target);
            if (written == 0 && !isStillThere()) {
                throw ending.absent();
            }
        } catch (MailException lost) {
            broken = true;
            // Who gives a message up cuts the connection.
            throw over.get() ? new ClientGoneException(lost) : new ProviderBrokeOffException(lost);
        } catch (ProblemException told) {
            throw told;
        } catch (RuntimeException stopped) {
            broken = true;
            throw stopped;
        }
    }

    private boolean isStillThere() throws MailException {
        AtomicBoolean found = new AtomicBoolean();
        session.fetchFlags(UidSet.of(List.of(uid)), summary -> found.set(true));
        return found.get();
    }

    private String encodingOf(String part) throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        stream(part + ".MIME", new Bounded(header));
        if (header.size() == 0 && part.equals("1")) {
            // A message that is no multipart: its one part has no header of its own.
            stream("HEADER", new Bounded(header));
        } else if (header.size() == 0) {
            throw Problems.notFound("The attachment");
        }
        String text = header.toString(StandardCharsets.ISO_8859_1).replaceAll("\r?\n[ \t]+", " ");
        return text.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-transfer-encoding:"))
                .map(line -> line.substring(line.indexOf(':') + 1))
                .findFirst()
                .orElse("");
    }

    /** The reader is done. */
    @Override
    public void close() {
        if (over.compareAndSet(false, true)) {
            ending.over(session, !broken);
        }
    }

    /** Nobody waits for the message any more: the connection is cut at once, whatever it is doing. */
    void abandon() {
        if (over.compareAndSet(false, true)) {
            session.abort();
            ending.over(session, false);
        }
    }

    /** Whoever waits takes nothing: he is cut off too. */
    void giveUp() {
        abandon();
        whenGivenUp.run();
    }

    /** Says that bytes went on. */
    private final class Watched extends OutputStream {
        private final OutputStream target;

        private Watched(OutputStream target) {
            this.target = target;
        }

        @Override
        public void write(int b) throws IOException {
            target.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            target.write(bytes, offset, length);
            progress = clock.instant();
        }

        @Override
        public void flush() throws IOException {
            target.flush();
        }
    }

    /** Fails when there is more than the limit, after it took the beginning. */
    private static final class UpTo extends OutputStream {
        private final OutputStream target;
        private long left;

        private UpTo(OutputStream target, long max) {
            this.target = target;
            this.left = max;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int taken = (int) Math.min(left, length);
            target.write(bytes, offset, taken);
            left -= taken;
            if (taken < length) {
                throw new IOException("more than is wanted");
            }
        }

        @Override
        public void flush() throws IOException {
            target.flush();
        }
    }

    /** Takes what fits and lets the rest go. */
    private static final class Bounded extends OutputStream {
        private final ByteArrayOutputStream target;

        private Bounded(ByteArrayOutputStream target) {
            this.target = target;
        }

        @Override
        public void write(int b) {
            if (target.size() < MIME_HEADER_MAX_BYTES) {
                target.write(b);
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            target.write(bytes, offset, Math.min(length, MIME_HEADER_MAX_BYTES - target.size()));
        }
    }
}

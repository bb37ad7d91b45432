package dev.mailroom.mailclient.imap;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Properties;
import org.eclipse.angus.mail.iap.ByteArray;
import org.eclipse.angus.mail.iap.ProtocolException;
import org.eclipse.angus.mail.iap.Response;
import org.eclipse.angus.mail.imap.protocol.IMAPProtocol;

/**
 * Angus' reader of IMAP answers with bounds.
 *
 * <p>It is given streams, so it never opens a socket, reads a system property or layers TLS by itself. Commands do not go through it:
 * while it waits for leave to send a literal it throws away what the server says unasked.
 */
final class ImapWire extends IMAPProtocol {
    // Angus grows its buffer in such steps; an answer just below the bound must not fail because of the step.
    private static final int GROWTH_STEP = 256 * 1024;

    /** Nothing is written to it; one for all, because each has 24 KiB of buffers. */
    private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

    private int answerMaxBytes;

    ImapWire(InputStream in, int answerMaxBytes) throws IOException {
        super(in, NOWHERE, new Properties(), false);
        this.answerMaxBytes = answerMaxBytes;
        // Whatever a logger is set to: a password must not be traced.
        suspendTracing();
    }

    /** Bound for the answers that follow, each with its literals. */
    void answerMaxBytes(int bytes) {
        this.answerMaxBytes = bytes;
    }

    /**
     * Waits for the next answer.
     *
     * @throws AnswerTooLargeException if it goes past the bound, before the memory for it is taken
     */
    ImapLine readLine() throws IOException {
        try {
            return new ImapLine(this);
        } catch (ProtocolException | IndexOutOfBoundsException | NegativeArraySizeException broken) {
            throw new IOException("the framing is broken", broken);
        }
    }

    /** True if the server has said more than was read. */
    boolean hasMore() {
        return hasResponse();
    }

    @Override
    public Response readResponse() throws IOException {
        return readLine();
    }

    @Override
    protected ByteArray getResponseBuffer() {
        return new BoundedBuffer(answerMaxBytes);
    }

    private static final class BoundedBuffer extends ByteArray {
        private static final int START_BYTES = 128;

        private final int maxBytes;

        BoundedBuffer(int maxBytes) {
            super(START_BYTES);
            this.maxBytes = maxBytes;
        }

        @Override
        public void grow(int more) {
            long wanted = (long) getBytes().length + more;
            if (more < 0 || wanted > (long) maxBytes + Math.min(GROWTH_STEP, maxBytes)) {
                throw new AnswerTooLargeException("more than " + maxBytes + " bytes in one answer");
            }
            super.grow(more);
        }
    }
}

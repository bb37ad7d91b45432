package dev.mailroom.mailclient.smtp;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.net.GuardedSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/**
 * The socket that Angus talks through: it stays the same while the connection below it becomes encrypted.
 *
 * <p>Reading gives at most one line at a time, so that Angus never buffers what follows a reply, and at most a set number of bytes for each
 * reply. Owned by the thread that sends.
 */
final class WireSocket extends Socket {
    private static final int BUFFER_BYTES = 4 * 1024;
    private static final int REPLY_CODE_DIGITS = 3;

    private final GuardedSocket guarded;
    private final int replyMaxBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int next;
    private int end;
    private int repliedBytes;
    private boolean limitExceeded;
    private int replies;
    private boolean anotherProtocol;

    WireSocket(GuardedSocket guarded, int replyMaxBytes) {
        this.guarded = guarded;
        this.replyMaxBytes = replyMaxBytes;
    }

    GuardedSocket guarded() {
        return guarded;
    }

    /** The next bytes belong to a new reply. */
    void beginReply() {
        repliedBytes = 0;
        replies++;
    }

    /** Whether the server was cut off because its greeting does not begin with a reply code. */
    boolean anotherProtocol() {
        return anotherProtocol;
    }

    /** Whether the server was cut off because it said too much. */
    boolean limitExceeded() {
        return limitExceeded;
    }

    /** Whether bytes came behind the reply that was read last. */
    boolean hasUnreadBytes() throws IOException {
        return next < end || guarded.input().available() > 0;
    }

    /** Encrypts the connection; what follows is read from and written to TLS. */
    void secure() throws MailException {
        guarded.secure();
    }

    @Override
    public int getPort() {
        return guarded.endpoint().port();
    }

    @Override
    public InetAddress getInetAddress() {
        try {
            // With the name in it, so that Angus does not look up one for the address.
            return InetAddress.getByAddress(
                    guarded.endpoint().host(), guarded.socket().getInetAddress().getAddress());
        } catch (IOException impossible) {
            throw new IllegalStateException("an address of a wrong length", impossible);
        }
    }

    @Override
    public InputStream getInputStream() {
        return new Replies();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new Current();
    }

    @Override
    public void close() {
        guarded.close();
    }

    private int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (next == end) {
            int read = guarded.input().read(buffer, 0, buffer.length);
            if (read < 0) {
                return -1;
            }
            next = 0;
            end = read;
        }
        int count = 0;
        while (count < length && next < end) {
            byte b = buffer[next++];
            requireReplyCode(b, repliedBytes + count);
            target[offset + count++] = b;
            if (b == '\n') {
                break;
            }
        }
        repliedBytes += count;
        if (repliedBytes > replyMaxBytes) {
            limitExceeded = true;
            guarded.abort();
            throw new IOException("the reply has more than " + replyMaxBytes + " bytes");
        }
        return count;
    }

    // "SSH-" would be read as the first of many lines, and waited for until the time is over.
    private void requireReplyCode(byte b, int position) throws IOException {
        if (replies == 1 && position < REPLY_CODE_DIGITS && (b < '0' || b > '9')) {
            anotherProtocol = true;
            guarded.abort();
            throw new IOException("the greeting has no reply code");
        }
    }

    private final class Replies extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return WireSocket.this.read(target, offset, length);
        }
    }

    /** Writes to whatever the connection is at that moment. */
    private final class Current extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            guarded.output().write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            guarded.output().write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            guarded.output().flush();
        }
    }
}

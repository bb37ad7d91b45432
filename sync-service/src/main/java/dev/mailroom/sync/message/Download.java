package dev.mailroom.sync.message;

import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Bytes on their way from the provider to the client; says which of the two broke off. The beginning is held back: until it is sent,
 * the answer can still be a problem. After that the client is cut off where the bytes end too early, before anything else can be
 * written to it.
 *
 * @param cut cuts the client off
 */
record Download(ProviderMessage message, Writing writing, Runnable cut) implements StreamingOutput {
    /** What is held back at most. */
    static final int HELD_BYTES = 8 * 1024;

    /** Writes the bytes that are asked for. */
    interface Writing {
        void into(OutputStream client) throws IOException;
    }

    @Override
    public void write(OutputStream client) throws IOException {
        Beginning answer = new Beginning(client);
        boolean whole = false;
        try (message) {
            writing.into(answer);
            answer.send();
            whole = true;
        } catch (ProviderBrokeOffException | ClientGoneException told) {
            throw told;
        } catch (IOException | UncheckedIOException notTaken) {
            throw new ClientGoneException(notTaken);
        } finally {
            if (!whole && answer.sent) {
                cut.run();
            }
        }
    }

    /** Holds the beginning back. */
    private static final class Beginning extends OutputStream {
        private final OutputStream client;
        private final byte[] held = new byte[HELD_BYTES];
        private int length;
        private boolean sent;

        private Beginning(OutputStream client) {
            this.client = client;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            if (!sent && count <= HELD_BYTES - length) {
                System.arraycopy(bytes, offset, held, length, count);
                length += count;
                return;
            }
            if (!sent) {
                send();
                // With it goes the head of the answer: what is sent is not only in the next buffer.
                client.flush();
            }
            client.write(bytes, offset, count);
        }

        private void send() throws IOException {
            if (!sent) {
                sent = true;
                client.write(held, 0, length);
            }
        }

        @Override
        public void flush() throws IOException {
            if (sent) {
                client.flush();
            }
        }
    }
}

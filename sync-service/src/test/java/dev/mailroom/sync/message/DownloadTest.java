package dev.mailroom.sync.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.imap.ImapSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who of the two broke off. */
class DownloadTest {
    private static final MailException LOST = MailException.of(Stage.COMMAND, Category.CONNECTION_REFUSED);

    private interface Streaming {
        long into(OutputStream target) throws MailException;
    }

    @Test
    void whatTheProviderBreaksOffIsTheProviders() {
        ProviderMessage message = message(target -> {
            throw LOST;
        });

        assertThatThrownBy(
                        () -> new Download(message, message::writeRaw, () -> {}).write(OutputStream.nullOutputStream()))
                .isInstanceOf(ProviderBrokeOffException.class)
                .hasCause(LOST);
    }

    @Test
    void aConnectionThatIsCutBecauseTheClientWentAwayIsTheClients() {
        ProviderMessage[] self = new ProviderMessage[1];
        ProviderMessage message = message(target -> {
            self[0].abandon();
            throw LOST;
        });
        self[0] = message;

        assertThatThrownBy(
                        () -> new Download(message, message::writeRaw, () -> {}).write(OutputStream.nullOutputStream()))
                .isInstanceOf(ClientGoneException.class);
    }

    @Test
    void aClientThatTakesNothingMoreIsGone() {
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("closed");
            }
        };
        for (String encoding : new String[] {"7bit", "base64", "quoted-printable"}) {
            ProviderMessage message = message(target -> {
                try {
                    target.write(new byte[] {'a', 'b', 'c', 'd'});
                    return 4;
                } catch (IOException broken) {
                    throw new UncheckedIOException(broken);
                }
            });

            assertThatThrownBy(() -> new Download(message, client -> message.writePart("1", encoding, client), () -> {})
                            .write(closed))
                    .as(encoding)
                    .isInstanceOf(ClientGoneException.class)
                    .hasRootCauseMessage("closed");
        }
    }

    @Test
    void ofWhatIsBrokenOffAtItsBeginningNothingIsSent() {
        for (int bytes : new int[] {0, 1, Download.HELD_BYTES}) {
            List<String> seen = new ArrayList<>();

            assertThatThrownBy(() -> breakingOffAfter(bytes, seen)).isInstanceOf(ProviderBrokeOffException.class);

            assertThat(seen).as("after %d", bytes).isEmpty();
        }
    }

    @Test
    void whoHasGotSomeIsCutOffBeforeAnythingElseIsSaid() {
        for (int bytes : new int[] {Download.HELD_BYTES + 1, 5 * Download.HELD_BYTES}) {
            List<String> seen = new ArrayList<>();

            assertThatThrownBy(() -> breakingOffAfter(bytes, seen)).isInstanceOf(ProviderBrokeOffException.class);

            assertThat(seen)
                    .as("after %d", bytes)
                    .startsWith("written", "flushed", "written")
                    .endsWith("cut");
        }
    }

    @Test
    void whatIsWholeIsSentAsItIsAndNobodyIsCutOff() throws IOException {
        for (int bytes : new int[] {0, 1, Download.HELD_BYTES - 1, Download.HELD_BYTES, 3 * Download.HELD_BYTES + 7}) {
            byte[] content = new byte[bytes];
            new Random(bytes).nextBytes(content);
            ProviderMessage message = message(target -> {
                try {
                    for (int from = 0; from < bytes; from += 1_000) {
                        target.write(content, from, Math.min(1_000, bytes - from));
                        target.flush();
                    }
                    return Math.max(1, bytes);
                } catch (IOException broken) {
                    throw new UncheckedIOException(broken);
                }
            });
            ByteArrayOutputStream client = new ByteArrayOutputStream();

            new Download(message, message::writeRaw, () -> client.write('!')).write(client);

            assertThat(client.toByteArray()).as("%d bytes", bytes).isEqualTo(content);
        }
    }

    private static void breakingOffAfter(int bytes, List<String> seen) throws IOException {
        ProviderMessage message = message(target -> {
            try {
                for (int i = 0; i < bytes; i++) {
                    target.write('x');
                }
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
            throw LOST;
        });
        OutputStream client = new OutputStream() {
            @Override
            public void write(int b) {
                seen.add("written");
            }

            @Override
            public void write(byte[] some, int offset, int length) {
                seen.add("written");
            }

            @Override
            public void flush() {
                seen.add("flushed");
            }
        };
        new Download(message, message::writeRaw, () -> seen.add("cut")).write(client);
    }

    private static ProviderMessage message(Streaming streaming) {
        ImapSession session = (ImapSession) Proxy.newProxyInstance(
                DownloadTest.class.getClassLoader(),
                new Class<?>[] {ImapSession.class},
                (proxy, method, arguments) -> method.getName().startsWith("stream")
                        ? streaming.into((OutputStream) arguments[arguments.length - 1])
                        : null);
        return new ProviderMessage(session, 1, Clock.systemUTC(), ProviderMessageTest.ending(usable -> {}));
    }
}

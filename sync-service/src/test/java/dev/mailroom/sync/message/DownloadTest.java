package dev.mailroom.sync.message;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.imap.ImapSession;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.time.Clock;
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

        assertThatThrownBy(() -> new Download(message, message::writeRaw).write(OutputStream.nullOutputStream()))
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

        assertThatThrownBy(() -> new Download(message, message::writeRaw).write(OutputStream.nullOutputStream()))
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

            assertThatThrownBy(() ->
                            new Download(message, client -> message.writePart("1", encoding, client)).write(closed))
                    .as(encoding)
                    .isInstanceOf(ClientGoneException.class)
                    .hasRootCauseMessage("closed");
        }
    }

    private static ProviderMessage message(Streaming streaming) {
        ImapSession session = (ImapSession) Proxy.newProxyInstance(
                DownloadTest.class.getClassLoader(),
                new Class<?>[] {ImapSession.class},
                (proxy, method, arguments) -> method.getName().startsWith("stream")
                        ? streaming.into((OutputStream) arguments[arguments.length - 1])
                        : null);
        return new ProviderMessage(session, 1, Clock.systemUTC(), (over, usable) -> {});
    }
}

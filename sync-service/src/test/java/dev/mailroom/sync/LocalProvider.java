package dev.mailroom.sync;

import dev.mailroom.testkit.imap.provider.Provider;
import dev.mailroom.testkit.imap.provider.ProviderServer;
import java.io.IOException;
import java.util.UUID;

/** A provider as it is documented. */
final class LocalProvider implements LocalServer {
    private final ProviderServer server;

    LocalProvider(Provider provider) throws Exception {
        server = ProviderServer.start(provider, Scene.serverCertificate());
    }

    ProviderServer provider() {
        return server;
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public String newUser() {
        return "u" + UUID.randomUUID().toString().substring(0, 8);
    }

    /** @throws AssertionError if something went wrong in the server itself */
    @Override
    public void close() throws IOException {
        server.close();
        if (!server.failures().isEmpty()) {
            throw new AssertionError(
                    "in the server of " + server.provider(), server.failures().getFirst());
        }
    }
}

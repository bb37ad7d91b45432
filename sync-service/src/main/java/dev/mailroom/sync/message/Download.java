package dev.mailroom.sync.message;

import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Bytes on their way from the provider to the client; says which of the two broke off. */
record Download(ProviderMessage message, Writing writing) implements StreamingOutput {
    /** Writes the bytes that are asked for. */
    interface Writing {
        void into(OutputStream client) throws IOException;
    }

    @Override
    public void write(OutputStream client) throws IOException {
        try (message) {
            writing.into(client);
        } catch (ProviderBrokeOffException | ClientGoneException told) {
            throw told;
        } catch (IOException | UncheckedIOException notTaken) {
            throw new ClientGoneException(notTaken);
        }
    }
}

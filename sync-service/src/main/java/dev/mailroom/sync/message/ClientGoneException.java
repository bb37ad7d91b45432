package dev.mailroom.sync.message;

import java.io.IOException;

/** Whoever asked for bytes takes no more of them: no fault of ours, nor of the provider. */
public final class ClientGoneException extends IOException {
    ClientGoneException(Throwable cause) {
        super("the client went away", cause);
    }
}

package dev.mailroom.testkit.net;

import java.io.IOException;

/** Hears what is said on one connection before it passes. One thread brings what is asked, another one what is answered. */
public interface Tap {
    /** What becomes of what was heard. */
    enum Verdict {
        PASS,
        /** It does not arrive, and the connection goes on. */
        SWALLOW,
        /** It does not arrive, and the connection is cut. */
        CUT,
        /** It does not arrive, and who said it is told that the connection is over. */
        END
    }

    /** Makes one for each connection. */
    @FunctionalInterface
    interface Maker {
        /** @param mouth says something to the client in the server's name */
        Tap tap(Mouth mouth);
    }

    /** Speaks in the server's name. */
    @FunctionalInterface
    interface Mouth {
        void say(byte[] bytes) throws IOException;
    }

    /** The client has said this to the server; the array is used again after the call. */
    Verdict asked(byte[] bytes, int length) throws IOException;

    /** The server has said this to the client; the array is used again after the call. */
    Verdict answered(byte[] bytes, int length) throws IOException;
}

package dev.mailroom.systemtests.replicas;

import dev.mailroom.testkit.net.Tap;
import dev.mailroom.testkit.net.Tap.Verdict;
import java.io.IOException;

/** Hears what is said on the links of one place, when somebody listens. Safe for many threads. */
final class Ear {
    /**
     * One thing that was said, before it has arrived.
     *
     * @param text who says it to whom and what, in one line: {@code sql> COMMIT}, {@code imap< OK UID COPY}
     * @param tag of the IMAP command; empty elsewhere
     * @param mouth answers in the server's name
     */
    record Said(String text, String tag, Tap.Mouth mouth) {}

    /** Decides what becomes of it. */
    @FunctionalInterface
    interface Listener {
        Verdict hears(Said said) throws IOException;
    }

    private static final Listener NOBODY = said -> Verdict.PASS;

    private volatile Listener listener = NOBODY;

    void listen(Listener whoever) {
        listener = whoever;
    }

    void rest() {
        listener = NOBODY;
    }

    Verdict hears(String text, String tag, Tap.Mouth mouth) throws IOException {
        return listener.hears(new Said(text, tag, mouth));
    }
}

package dev.mailroom.mailclient.smtp;

/** Hears of each phase before anything of it is done, on the thread that sends. */
@FunctionalInterface
public interface SmtpPhaseListener {
    /** For callers that keep no record. */
    SmtpPhaseListener NONE = _ -> {};

    /**
     * Called before the first byte of the phase is written; {@link SmtpPhase#DOT} when all of the message is written and its end is not.
     *
     * <p>An exception ends the sending: up to and including DOT the server does not get the end of the message and must discard it. Where
     * encryption is {@code TLS}, connecting and the handshake are one step and TLS is not announced on its own.
     */
    void entering(SmtpPhase phase);
}

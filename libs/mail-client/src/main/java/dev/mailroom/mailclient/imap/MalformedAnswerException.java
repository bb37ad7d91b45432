package dev.mailroom.mailclient.imap;

/** One answer of the server cannot be read; the next one can, because the framing is intact. */
final class MalformedAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedAnswerException(String what) {
        super(what, null, false, false);
    }
}

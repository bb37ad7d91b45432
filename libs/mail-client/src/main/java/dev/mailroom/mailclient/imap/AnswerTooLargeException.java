package dev.mailroom.mailclient.imap;

/** The server sent, or announced, more than the bound: the stream is out of step and must be closed. */
final class AnswerTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AnswerTooLargeException(String what) {
        super(what, null, false, false);
    }
}

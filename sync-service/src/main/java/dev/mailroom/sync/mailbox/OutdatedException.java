package dev.mailroom.sync.mailbox;

/** The mailbox was numbered anew, or is gone, since its messages were fetched: nothing of the batch was stored. */
public final class OutdatedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OutdatedException() {
        super("the mailbox is another one now");
    }
}

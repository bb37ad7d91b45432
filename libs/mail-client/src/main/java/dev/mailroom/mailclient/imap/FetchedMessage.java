package dev.mailroom.mailclient.imap;

/**
 * A message with its content, or with its header alone, as raw bytes.
 *
 * <p>The array is the caller's.
 */
@SuppressWarnings("ArrayRecordComponent")
public record FetchedMessage(MessageSummary summary, byte[] content) {
    public long uid() {
        return summary.uid();
    }

    /** Does not print the content. */
    @Override
    public String toString() {
        return "FetchedMessage[uid=" + uid() + ", bytes=" + content.length + "]";
    }
}

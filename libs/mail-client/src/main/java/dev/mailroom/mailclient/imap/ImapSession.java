package dev.mailroom.mailclient.imap;

import dev.mailroom.mailclient.failure.MailException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A logged-in IMAP connection.
 *
 * <p>One thread owns it, a virtual one by choice, because every call blocks; only {@link #wake()}, {@link #abort()} and
 * {@link #isOpen()} may be called from others. After a {@link MailException} ask {@link #isOpen()}: a plain refusal (NO) leaves the
 * session usable, everything else closes it. Interrupting the owner closes the connection. Consumers are called on the owner's thread
 * and must not call the session.
 */
public interface ImapSession extends AutoCloseable {
    /** As the server lists them after the log-in, upper case. */
    Set<String> capabilities();

    /** Case does not matter. */
    boolean supports(String capability);

    /** True if the server accepted {@code ENABLE QRESYNC}: removals come as {@link MailboxUpdate.Vanished}. */
    boolean resyncEnabled();

    /** What the server says about itself (RFC 2971), lower-case keys, cleaned; empty if it does not say. */
    Map<String, String> serverIdentity();

    /** Where own mailboxes lie (RFC 2342): prefix, possibly empty, with the delimiter; INBOX's delimiter if the server does not say. */
    Namespace personalNamespace() throws MailException;

    /** All mailboxes of the user's own, not those of other users or shared ones: in one round trip with their counters where the server offers LIST-STATUS, else counters are null. */
    List<ListedMailbox> list() throws MailException;

    /** Counters of a mailbox that is not selected. */
    MailboxStatus status(MailboxName name) throws MailException;

    /**
     * Counters of several mailboxes, asked for without waiting in between. One that is refused is missing: {@link #status} says why.
     *
     * @param names of mailboxes that are not selected
     */
    default Map<MailboxName, MailboxStatus> statuses(List<MailboxName> names) throws MailException {
        Map<MailboxName, MailboxStatus> counters = new HashMap<>();
        for (MailboxName name : names) {
            try {
                counters.put(name, status(name));
            } catch (MailException refused) {
                if (!isOpen()) {
                    throw refused;
                }
            }
        }
        return counters;
    }

    /**
     * Opens a mailbox for reading and writing.
     *
     * @param resync what was known before; used if the server accepted QRESYNC, else ignored
     */
    SelectedMailbox select(MailboxName name, @Nullable ResyncPoint resync) throws MailException;

    /** How often a mailbox was selected: as long as it does not grow, the same one is. */
    long selections();

    /** UIDs in the selected mailbox, ascending; null means all. */
    List<Long> searchSince(@Nullable LocalDate since) throws MailException;

    /** Flags, date, size and mod-sequence of the messages that exist among these UIDs, each once, in the server's order. */
    void fetchSummaries(UidSet uids, Consumer<MessageSummary> consumer) throws MailException;

    /**
     * Flags and mod-sequence of the messages that exist among these UIDs, each once: what a server knows without opening a message, so that
     * one it cannot read does no harm.
     */
    void fetchFlags(UidSet uids, Consumer<MessageSummary> consumer) throws MailException;

    /**
     * What came to the selected mailbox, with the content of what is small, in one round trip; does not mark it as seen.
     *
     * @param from the first UID
     * @param contentMax larger messages come without content, as do those of which the server gives another size than it says
     * @param consumer takes what is known of a message, and its content or null
     */
    void fetchArrivals(long from, int contentMax, BiConsumer<MessageSummary, byte @Nullable []> consumer)
            throws MailException;

    /**
     * Whole messages; does not mark them as seen. The caller batches by size, and never asks for one above
     * {@link ImapLimits#bodyMaxBytes()}. A message whose answer cannot be read is asked for once more alone.
     *
     * @return UIDs without an answer that can be used: gone, or unreadable. That is no proof that they were deleted.
     */
    List<Long> fetchMessages(List<Long> uids, Consumer<FetchedMessage> consumer) throws MailException;

    /** Like {@link #fetchMessages} with the header alone. */
    List<Long> fetchHeaders(List<Long> uids, Consumer<FetchedMessage> consumer) throws MailException;

    /**
     * Writes a whole message of any size in slices of 1 MiB.
     *
     * @return bytes written; 0 if there is no such message
     * @throws java.io.UncheckedIOException if the target cannot be written; the session is closed then
     */
    long streamMessage(long uid, OutputStream target) throws MailException;

    /**
     * Writes one part of a message, still in its transfer encoding, in slices of 1 MiB.
     *
     * @param section for example {@code 2.1} or {@code 1.MIME} (RFC 3501, 6.4.5)
     */
    long streamPart(long uid, String section, OutputStream target) throws MailException;

    /**
     * Messages that changed after a mod-sequence (RFC 7162), with flags and mod-sequence only.
     *
     * @return empty if more than 100,000 changed: compare the mailbox as a whole
     */
    Optional<List<MessageSummary>> changedSince(long modSeq) throws MailException;

    /** Adds or removes flags, never replaces them. */
    void storeFlags(List<Long> uids, boolean add, Set<String> flags) throws MailException;

    TransferResult copy(List<Long> uids, MailboxName target) throws MailException;

    /** Moves by the safest way that the server offers; never removes a message that is not named. */
    TransferResult move(List<Long> uids, MailboxName target) throws MailException;

    /**
     * Removes messages from the selected mailbox, and no others.
     *
     * @return {@code REMOVED}, or {@code MARKED_DELETED} where the server cannot expunge single messages
     */
    TransferResult.Sources remove(List<Long> uids) throws MailException;

    AppendResult append(MailboxName target, byte[] message, Set<String> flags, Instant internalDate)
            throws MailException;

    /** Creates a mailbox, telling the server its use where it can be told (CREATE-SPECIAL-USE). */
    void create(MailboxName name, @Nullable SpecialUse use) throws MailException;

    /**
     * Asks the server to tell unasked of every mailbox of the user, on this connection (NOTIFY, RFC 5465): {@link MailboxUpdate.Status} and
     * {@link MailboxUpdate.Mailboxes} come from now on, until {@link MailboxUpdate.WatchEnded}. To be asked before the mailboxes are
     * compared, so that nothing lies in between. To ask again wakes a server that has fallen silent.
     *
     * @return false if the server does not offer it or refuses
     */
    boolean watchAll() throws MailException;

    /**
     * Waits until the server says something about the selected mailbox, or of others after {@link #watchAll()}: with IDLE where offered,
     * else waits and then asks with NOOP.
     *
     * @param max at most this long; then the link is proven alive, or {@code CONNECTION_LOST} comes {@link ImapLimits#idleAnswer()}
     *     later
     * @return what was said, before and during the wait; empty on time-out or {@link #wake()}
     */
    List<MailboxUpdate> awaitChange(Duration max) throws MailException, InterruptedException;

    /** What the server said unasked since the last call, oldest first. */
    List<MailboxUpdate> drainUpdates();

    void noop() throws MailException;

    /** Ends the current or the next {@link #awaitChange} early. Any thread; does not block. */
    void wake();

    /** Closes the socket at once. Any thread. */
    void abort();

    boolean isOpen();

    /** Says LOGOUT, waits at most 2 s, closes the socket. */
    @Override
    void close();
}

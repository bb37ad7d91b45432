package dev.mailroom.sync;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.imap.AppendResult;
import dev.mailroom.mailclient.imap.FetchedMessage;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.ListedMailbox;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.MailboxStatus;
import dev.mailroom.mailclient.imap.MailboxUpdate;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.Namespace;
import dev.mailroom.mailclient.imap.ResyncPoint;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.mailclient.imap.SpecialUse;
import dev.mailroom.mailclient.imap.TransferResult;
import dev.mailroom.mailclient.imap.UidSet;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox in memory that behaves like a server without extensions, with faults that a test switches on.
 *
 * <p>The state is the server's: it outlives {@link #close()}, so that a test can go on with it after a lost connection.
 */
final class FakeImapSession implements ImapSession {
    /** A message of the server. */
    record Stored(byte[] content, Set<String> flags, Instant date) {}

    /** A mailbox of the server. */
    static final class Folder {
        final TreeMap<Long, Stored> messages = new TreeMap<>();
        long uidValidity;
        long uidNext = 1;

        Folder(long uidValidity) {
            this.uidValidity = uidValidity;
        }
    }

    final Map<MailboxName, Folder> folders = new LinkedHashMap<>();

    /** UIDs that FETCH does not answer. */
    final Set<Long> unanswered = new HashSet<>();

    /** They are answered when they are asked for by their numbers. */
    boolean unansweredAtFirst;

    /** UIDs that FETCH does not even name. */
    final Set<Long> silent = new HashSet<>();

    /** UIDs whose FETCH ends the connection. */
    final Set<Long> poison = new HashSet<>();

    /** Mailboxes that are refused, while the connection goes on. */
    final Map<MailboxName, Category> refused = new HashMap<>();

    /** Mailboxes that SELECT refuses, while STATUS answers and the connection goes on. */
    final Set<MailboxName> unopened = new HashSet<>();

    /** Mailboxes that hold others and no mail. */
    final Set<MailboxName> nodes = new HashSet<>();

    /** What the server says that mailboxes are for. */
    final Map<MailboxName, SpecialUse> specialUses = new HashMap<>();

    /** No mailbox can be made. */
    boolean refusesCreate;

    /** Names that no mailbox can have, with or without a prefix. */
    final Set<MailboxName> badNames = new HashSet<>();

    /** What the server says it is; the names here are written with "/". */
    char delimiter = '/';

    /** STATUS and SELECT tell the next UID. */
    boolean saysUidNext = true;

    /** 0 without CONDSTORE; with it, more changed than the server can name. */
    long modSeq;

    /** With QRESYNC: the UIDs that it says have vanished, whatever is true. */
    @Nullable
    UidSet claimsVanished;

    /** UIDs that SEARCH does not name. */
    final Set<Long> hiddenFromSearch = new HashSet<>();

    /** UIDs whose summary is not given though the message is there. */
    final Set<Long> unsummarized = new HashSet<>();

    /** How often a mailbox was selected. */
    int selects;

    /** How often messages were asked for. */
    int fetches;

    /** COPY, MOVE and APPEND tell where the message is (UIDPLUS). */
    boolean uidPlus = true;

    /** The next COPY, MOVE, EXPUNGE or APPEND is done, and its answer is lost with the connection. */
    boolean loseNextAnswer;

    /** The same for the next EXPUNGE only. */
    boolean losesRemoval;

    /** Another UIDVALIDITY than the target's is told with COPYUID; 0 for the right one. */
    long saysCopiedTo;

    /** Single messages can be expunged; else they are marked and stay. */
    boolean expunges = true;

    /** Mailboxes that can be read and not changed. */
    final Set<MailboxName> readOnly = new HashSet<>();

    /** What the next COPY, MOVE or APPEND is answered with instead of being done. */
    @Nullable
    MailException refusesNext;

    /** Mailboxes that were made. */
    final List<MailboxName> created = new ArrayList<>();

    /** Speaks Gmail's extension. */
    boolean gmail;

    private boolean open = true;
    private @Nullable MailboxName selected;

    FakeImapSession() {
        folders.put(MailboxName.INBOX, new Folder(1));
    }

    MailboxName folder(String name) {
        MailboxName key = new MailboxName(name, '/');
        folders.computeIfAbsent(key, created -> new Folder(100 + folders.size()));
        return key;
    }

    long deliver(MailboxName mailbox, byte[] content, Instant date) {
        Folder folder = of(mailbox);
        folder.messages.put(folder.uidNext, new Stored(content, new HashSet<>(), date));
        return folder.uidNext++;
    }

    void reopen() {
        open = true;
        selected = null;
    }

    Folder of(MailboxName name) {
        Folder folder = folders.get(name);
        if (folder == null) {
            throw new IllegalStateException("no such mailbox in this test");
        }
        return folder;
    }

    private Folder current() {
        if (selected == null) {
            throw new IllegalStateException("no mailbox is selected");
        }
        return of(selected);
    }

    private void answer() throws MailException {
        if (loseNextAnswer) {
            loseNextAnswer = false;
            open = false;
        }
        alive();
    }

    private void usable(MailboxName name) throws MailException {
        alive();
        Category category = refused.get(name);
        if (category != null) {
            throw MailException.of(Stage.SELECT, category);
        }
    }

    private void alive() throws MailException {
        if (!open) {
            throw MailException.of(Stage.COMMAND, Category.CONNECTION_LOST);
        }
    }

    @Override
    public Set<String> capabilities() {
        return Set.of("IMAP4REV1");
    }

    @Override
    public boolean supports(String capability) {
        return gmail && capability.equals("X-GM-EXT-1");
    }

    @Override
    public boolean resyncEnabled() {
        return claimsVanished != null;
    }

    @Override
    public Map<String, String> serverIdentity() {
        return Map.of();
    }

    @Override
    public Namespace personalNamespace() {
        return new Namespace("", delimiter);
    }

    @Override
    public List<ListedMailbox> list() throws MailException {
        alive();
        return folders.keySet().stream()
                .map(name -> new ListedMailbox(name, Set.of(), specialUses.get(name), !nodes.contains(name), null))
                .toList();
    }

    @Override
    public MailboxStatus status(MailboxName name) throws MailException {
        usable(name);
        Folder folder = of(name);
        long unseen = folder.messages.values().stream()
                .filter(message -> !message.flags().contains("\\Seen"))
                .count();
        return new MailboxStatus(
                folder.messages.size(), unseen, saysUidNext ? folder.uidNext : 0, folder.uidValidity, modSeq);
    }

    @Override
    public long selections() {
        return selects;
    }

    @Override
    public SelectedMailbox select(MailboxName name, @Nullable ResyncPoint resync) throws MailException {
        usable(name);
        if (unopened.contains(name)) {
            throw MailException.of(Stage.SELECT, Category.MAILBOX_REFUSED);
        }
        Folder folder = of(name);
        selected = name;
        selects++;
        UidSet claimed = resync == null ? null : claimsVanished;
        return new SelectedMailbox(
                name,
                folder.uidValidity,
                saysUidNext ? folder.uidNext : 0,
                folder.messages.size(),
                modSeq,
                Set.of("\\Seen", "\\*"),
                readOnly.contains(name),
                claimed != null,
                claimed == null ? UidSet.EMPTY : claimed,
                List.of());
    }

    @Override
    public List<Long> searchSince(@Nullable LocalDate since) throws MailException {
        alive();
        return current().messages.entrySet().stream()
                .filter(entry -> since == null
                        || !LocalDate.ofInstant(entry.getValue().date(), ZoneOffset.UTC)
                                .isBefore(since))
                .map(Map.Entry::getKey)
                .filter(uid -> !hiddenFromSearch.contains(uid))
                .toList();
    }

    @Override
    public void fetchSummaries(UidSet uids, Consumer<MessageSummary> consumer) throws MailException {
        alive();
        fetches++;
        List.copyOf(current().messages.entrySet()).stream()
                .filter(entry -> uids.contains(entry.getKey()) && !unsummarized.contains(entry.getKey()))
                .filter(entry -> !silent.contains(entry.getKey()))
                .forEach(entry -> consumer.accept(summary(entry.getKey(), entry.getValue())));
    }

    @Override
    public void fetchArrivals(long from, int contentMax, BiConsumer<MessageSummary, byte @Nullable []> consumer)
            throws MailException {
        alive();
        fetches++;
        for (Map.Entry<Long, Stored> entry : List.copyOf(current().messages.entrySet())) {
            long uid = entry.getKey();
            if (uid >= from && poison.contains(uid)) {
                abort();
                alive();
            }
            if (uid >= from && !silent.contains(uid)) {
                byte[] content = entry.getValue().content();
                boolean given = content.length <= contentMax && !unanswered.contains(uid);
                consumer.accept(summary(uid, entry.getValue()), given ? content : null);
            }
        }
    }

    private static MessageSummary summary(long uid, Stored message) {
        return new MessageSummary(uid, message.flags(), message.date(), message.content().length, 0);
    }

    @Override
    public List<Long> fetchMessages(List<Long> uids, Consumer<FetchedMessage> consumer) throws MailException {
        alive();
        fetches++;
        List<Long> missing = new ArrayList<>();
        for (long uid : uids) {
            if (poison.contains(uid)) {
                abort();
                alive();
            }
            Stored message = current().messages.get(uid);
            if (message == null || (unanswered.contains(uid) && !unansweredAtFirst)) {
                missing.add(uid);
            } else {
                consumer.accept(new FetchedMessage(summary(uid, message), message.content()));
            }
        }
        return missing;
    }

    @Override
    public List<Long> fetchHeaders(List<Long> uids, Consumer<FetchedMessage> consumer) throws MailException {
        return fetchMessages(uids, consumer);
    }

    @Override
    public long streamMessage(long uid, OutputStream target) throws MailException {
        alive();
        try {
            Stored message = current().messages.get(uid);
            byte[] content = message == null ? new byte[0] : message.content();
            target.write(content);
            return content.length;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long streamPart(long uid, String section, OutputStream target) throws MailException {
        return streamMessage(uid, target);
    }

    @Override
    public Optional<List<MessageSummary>> changedSince(long since) {
        return Optional.empty();
    }

    @Override
    public void storeFlags(List<Long> uids, boolean add, Set<String> flags) throws MailException {
        alive();
        for (long uid : uids) {
            Stored message = current().messages.get(uid);
            if (message != null && add) {
                message.flags().addAll(flags);
            } else if (message != null) {
                message.flags().removeAll(flags);
            }
        }
    }

    @Override
    public TransferResult copy(List<Long> uids, MailboxName target) throws MailException {
        mayTransfer();
        Map<Long, Long> mapping = new HashMap<>();
        for (long uid : uids) {
            Stored message = current().messages.get(uid);
            if (message != null) {
                mapping.put(uid, deliver(target, message.content(), message.date()));
            }
        }
        answer();
        return new TransferResult(copiedTo(target), uidPlus ? mapping : Map.of(), TransferResult.Sources.KEPT);
    }

    @Override
    public TransferResult move(List<Long> uids, MailboxName target) throws MailException {
        mayTransfer();
        Map<Long, Long> mapping = new HashMap<>();
        for (long uid : uids) {
            Stored message = current().messages.get(uid);
            if (message != null) {
                mapping.put(uid, deliver(target, message.content(), message.date()));
            }
        }
        TransferResult.Sources sources = expunge(uids);
        answer();
        return new TransferResult(copiedTo(target), uidPlus ? mapping : Map.of(), sources);
    }

    private void mayTransfer() throws MailException {
        alive();
        MailException refusal = refusesNext;
        refusesNext = null;
        if (refusal != null) {
            throw refusal;
        }
    }

    private long copiedTo(MailboxName target) {
        return !uidPlus ? 0 : saysCopiedTo > 0 ? saysCopiedTo : of(target).uidValidity;
    }

    @Override
    public TransferResult.Sources remove(List<Long> uids) throws MailException {
        alive();
        TransferResult.Sources sources = expunge(uids);
        loseNextAnswer |= losesRemoval;
        losesRemoval = false;
        answer();
        return sources;
    }

    private TransferResult.Sources expunge(List<Long> uids) throws MailException {
        if (!expunges) {
            storeFlags(uids, true, Set.of("\\Deleted"));
            return TransferResult.Sources.MARKED_DELETED;
        }
        current().messages.keySet().removeAll(uids);
        return TransferResult.Sources.REMOVED;
    }

    @Override
    public AppendResult append(MailboxName target, byte[] message, Set<String> flags, Instant internalDate)
            throws MailException {
        mayTransfer();
        long uid = deliver(target, message, internalDate);
        of(target).messages.lastEntry().getValue().flags().addAll(flags);
        answer();
        return uidPlus ? new AppendResult(of(target).uidValidity, uid) : AppendResult.UNKNOWN;
    }

    @Override
    public void create(MailboxName name, @Nullable SpecialUse use) throws MailException {
        alive();
        if (refusesCreate) {
            throw MailException.of(Stage.COMMAND, Category.COMMAND_REFUSED);
        }
        if (badNames.contains(name)) {
            throw MailException.at(Stage.COMMAND, Category.COMMAND_REFUSED)
                    .responseCode("CANNOT")
                    .serverText("Character not allowed")
                    .build();
        }
        folder(name.raw());
        created.add(name);
    }

    @Override
    public boolean watchAll() throws MailException {
        alive();
        return false;
    }

    @Override
    public List<MailboxUpdate> awaitChange(Duration max) throws MailException {
        alive();
        return List.of();
    }

    @Override
    public List<MailboxUpdate> drainUpdates() {
        return List.of();
    }

    @Override
    public void noop() throws MailException {
        alive();
    }

    @Override
    public void wake() {
        // Nothing waits here.
    }

    @Override
    public void abort() {
        open = false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }
}

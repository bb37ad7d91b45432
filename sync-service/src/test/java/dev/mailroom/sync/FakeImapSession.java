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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A session with a server in memory that behaves like one without extensions.
 *
 * <p>The state is the server's: it outlives {@link #close()}, so that a test can go on with it after a lost connection.
 */
final class FakeImapSession extends FakeMailServer implements ImapSession {

    private @Nullable MailboxName selected;

    void reopen() {
        open = true;
        selected = null;
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
        Category category = folders.containsKey(name) ? refused.get(name) : Category.MAILBOX_REFUSED;
        if (category != null) {
            throw MailException.of(Stage.SELECT, category);
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
        return qresync || claimsVanished != null;
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
        return Stream.concat(folders.keySet().stream().filter(name -> !unlisted.contains(name)), listedStill.stream())
                .map(name -> new ListedMailbox(
                        name,
                        Set.of(),
                        specialUses.get(name),
                        !nodes.contains(name),
                        listsCounters ? counted(name) : null))
                .toList();
    }

    private @Nullable MailboxStatus counted(MailboxName name) {
        return folders.containsKey(name) && !refused.containsKey(name) ? counters(of(name)) : null;
    }

    @Override
    public MailboxStatus status(MailboxName name) throws MailException {
        usable(name);
        return counters(of(name));
    }

    private MailboxStatus counters(Folder folder) {
        long unseen = folder.messages.values().stream()
                .filter(message -> !message.flags().contains("\\Seen"))
                .count();
        return new MailboxStatus(
                folder.messages.size(), unseen, saysUidNext ? folder.uidNext : 0, folder.uidValidity, modSeqOf(folder));
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
        UidSet claimed = resync == null ? null : qresync ? wentSince(folder, resync.modSeq()) : claimsVanished;
        SelectedMailbox answer = new SelectedMailbox(
                name,
                folder.uidValidity,
                saysUidNext ? folder.uidNext : 0,
                folder.messages.size(),
                modSeqOf(folder),
                Set.of("\\Seen", "\\*"),
                readOnly.contains(name),
                claimed != null,
                claimed == null ? UidSet.EMPTY : claimed,
                qresync && resync != null ? changedIn(folder, resync.modSeq()) : List.of());
        Act act = afterSelect;
        afterSelect = () -> {};
        act.happens();
        return answer;
    }

    private void transferred() throws MailException {
        MailboxName before = selected;
        Act act = afterTransfer;
        afterTransfer = () -> {};
        act.happens();
        selected = before;
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
        mayHangUp(uids);
        for (Map.Entry<Long, Stored> entry : answered(current(), uids)) {
            if (unreadable.contains(entry.getKey())) {
                hangUp();
            }
            consumer.accept(summary(entry.getKey(), entry.getValue()));
        }
    }

    @Override
    public void fetchFlags(UidSet uids, Consumer<MessageSummary> consumer) throws MailException {
        alive();
        fetches++;
        answered(current(), uids)
                .forEach(entry -> consumer.accept(
                        new MessageSummary(entry.getKey(), entry.getValue().flags(), null, -1, 0)));
    }

    private void mayHangUp(UidSet uids) throws MailException {
        if (losesAllOf(current(), uids)) {
            hangUp();
        }
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
            if (uid >= from && unreadable.contains(uid)) {
                hangUp();
            }
            if (uid >= from && !silent.contains(uid)) {
                byte[] content = entry.getValue().content();
                boolean given = content.length <= contentMax && !unanswered.contains(uid);
                consumer.accept(summary(uid, entry.getValue()), given ? content : null);
            }
        }
    }

    @Override
    public List<Long> fetchMessages(List<Long> uids, Consumer<FetchedMessage> consumer) throws MailException {
        alive();
        fetches++;
        mayHangUp(UidSet.of(uids));
        List<Long> missing = new ArrayList<>();
        for (long uid : uids) {
            if (unreadable.contains(uid)) {
                hangUp();
            }
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
        fetched();
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
    public Optional<List<MessageSummary>> changedSince(long since) throws MailException {
        alive();
        return condstore ? Optional.of(changedIn(current(), since)) : Optional.empty();
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
        Map<Long, Long> mapping = copied(current(), uids, target);
        answer();
        transferred();
        return new TransferResult(copiedTo(target), uidPlus ? mapping : Map.of(), TransferResult.Sources.KEPT);
    }

    @Override
    public TransferResult move(List<Long> uids, MailboxName target) throws MailException {
        mayTransfer();
        Map<Long, Long> mapping = copied(current(), uids, target);
        TransferResult.Sources sources = expunge(uids);
        answer();
        transferred();
        return new TransferResult(copiedTo(target), uidPlus ? mapping : Map.of(), sources);
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
        if (selected != null) {
            takeAway(selected, uids.toArray(Long[]::new));
        }
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
        make(name);
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

package dev.mailroom.mailclient.imap;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The session over Angus' reader; the commands are in the classes beside it. */
final class AngusImapSession implements ImapSession {
    private final ImapChannel channel;
    private final Map<String, String> identity;
    private final MailboxCommands mailboxes;
    private final FetchCommands messages;
    private final TransferCommands transfers;
    private final IdleWait waiting;
    private long selections;

    AngusImapSession(ImapChannel channel, Set<String> enabled, Map<String, String> identity) {
        this.channel = channel;
        this.identity = identity;
        this.mailboxes = new MailboxCommands(channel, enabled);
        this.messages = new FetchCommands(channel, mailboxes);
        this.transfers = new TransferCommands(channel);
        this.waiting = new IdleWait(channel);
    }

    @Override
    public Set<String> capabilities() {
        return channel.capabilities().names();
    }

    @Override
    public boolean supports(String capability) {
        return channel.supports(capability);
    }

    @Override
    public boolean resyncEnabled() {
        return mailboxes.resyncEnabled();
    }

    @Override
    public Map<String, String> serverIdentity() {
        return identity;
    }

    @Override
    public Namespace personalNamespace() throws MailException {
        return mailboxes.personalNamespace();
    }

    @Override
    public List<ListedMailbox> list() throws MailException {
        return mailboxes.list();
    }

    @Override
    public MailboxStatus status(MailboxName name) throws MailException {
        return mailboxes.status(name);
    }

    @Override
    public long selections() {
        return selections;
    }

    @Override
    public Map<MailboxName, MailboxStatus> statuses(List<MailboxName> names) throws MailException {
        return mailboxes.statuses(names);
    }

    @Override
    public SelectedMailbox select(MailboxName name, @Nullable ResyncPoint resync) throws MailException {
        selections++;
        return mailboxes.select(name, resync);
    }

    @Override
    public List<Long> searchSince(@Nullable LocalDate since) throws MailException {
        return messages.searchSince(since);
    }

    @Override
    public void fetchSummaries(UidSet uids, Consumer<MessageSummary> consumer) throws MailException {
        messages.fetchSummaries(uids, consumer);
    }

    @Override
    public void fetchFlags(UidSet uids, Consumer<MessageSummary> consumer) throws MailException {
        messages.fetchFlags(uids, consumer);
    }

    @Override
    public void fetchArrivals(long from, int contentMax, BiConsumer<MessageSummary, byte @Nullable []> consumer)
            throws MailException {
        messages.fetchArrivals(from, contentMax, consumer);
    }

    @Override
    public List<Long> fetchMessages(List<Long> uids, Consumer<FetchedMessage> consumer) throws MailException {
        return messages.fetchContent(uids, "", consumer);
    }

    @Override
    public List<Long> fetchHeaders(List<Long> uids, Consumer<FetchedMessage> consumer) throws MailException {
        return messages.fetchContent(uids, "HEADER", consumer);
    }

    @Override
    public long streamMessage(long uid, OutputStream target) throws MailException {
        return messages.stream(uid, "", target);
    }

    @Override
    public long streamPart(long uid, String section, OutputStream target) throws MailException {
        return messages.stream(uid, section, target);
    }

    @Override
    public Optional<List<MessageSummary>> changedSince(long modSeq) throws MailException {
        return messages.changedSince(modSeq);
    }

    @Override
    public void storeFlags(List<Long> uids, boolean add, Set<String> flags) throws MailException {
        transfers.storeFlags(uids, add, flags);
    }

    @Override
    public TransferResult copy(List<Long> uids, MailboxName target) throws MailException {
        return transfers.copy(uids, target);
    }

    @Override
    public TransferResult move(List<Long> uids, MailboxName target) throws MailException {
        return transfers.move(uids, target);
    }

    @Override
    public TransferResult.Sources remove(List<Long> uids) throws MailException {
        return transfers.remove(uids);
    }

    @Override
    public AppendResult append(MailboxName target, byte[] message, Set<String> flags, Instant internalDate)
            throws MailException {
        return transfers.append(target, message, flags, internalDate);
    }

    @Override
    public void create(MailboxName name, @Nullable SpecialUse use) throws MailException {
        mailboxes.create(name, use);
    }

    @Override
    public boolean watchAll() throws MailException {
        return mailboxes.watchAll();
    }

    @Override
    public List<MailboxUpdate> awaitChange(Duration max) throws MailException, InterruptedException {
        if (!channel.updates().isEmpty()) {
            return drainUpdates();
        }
        if (supports("IDLE")) {
            waiting.idle(max);
        } else {
            waiting.pause(max);
            noop();
        }
        return drainUpdates();
    }

    @Override
    public List<MailboxUpdate> drainUpdates() {
        return channel.updates().drain();
    }

    @Override
    public void noop() throws MailException {
        Rules rules = channel.rules();
        Duration limit = channel.limits().idleAnswer();
        channel.run(
                Command.of("NOOP"),
                new Rules(Stage.COMMAND, rules.answerMaxBytes(), rules.linesMax(), limit, limit),
                Untagged.Handler.NONE);
    }

    @Override
    public void wake() {
        waiting.wake();
    }

    @Override
    public void abort() {
        channel.abort();
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() {
        if (!channel.isOpen()) {
            return;
        }
        try {
            Duration limit = channel.limits().logout();
            Rules rules = new Rules(Stage.OK, channel.limits().loginMaxBytes(), 1_000, limit, limit);
            channel.run(Command.of("LOGOUT"), rules, Untagged.Handler.NONE);
        } catch (MailException rude) {
            // The server did not say goodbye in time; the connection is over either way.
            channel.abort();
        } finally {
            channel.close();
        }
    }
}

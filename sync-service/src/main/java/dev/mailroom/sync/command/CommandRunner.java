package dev.mailroom.sync.command;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Remedy;
import dev.mailroom.outbox.TransientFailures;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.mailbox.FolderList;
import dev.mailroom.sync.mailbox.Mailboxes;
import dev.mailroom.sync.message.Settling;
import dev.mailroom.sync.ownership.FencedException;
import dev.mailroom.sync.ownership.FencedWrites;
import dev.mailroom.sync.ownership.Membership;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Runs the open commands of an account in order, on its session's thread. */
@Singleton
public class CommandRunner {
    /** Tries of a command; then it has failed, so that it cannot stand in the way for ever. */
    static final int ATTEMPTS_MAX = 20;

    /** Tries of a command that fails for a fault of our own. */
    static final int FAULTS_MAX = 3;

    /**
     * Tries of a command about a message that is not where it lay, one a second: longer than it takes to decide whether it was moved or
     * deleted ({@code move-window}).
     */
    static final int SEARCHES_MAX = 45;

    /** What is asked of a message that another program is moving waits until it is known where it went. */
    private static final Outcome.Later MOVING = new Outcome.Later(Duration.ofSeconds(1), "message_moving");

    private static final Set<Outcome> NOT_THERE = Set.of(Transfer.GONE, MessageActions.UNKNOWN_MESSAGE);

    /** Not every server says NONEXISTENT or TRYCREATE. */
    private static final Set<Category> MAILBOX_MAY_BE_GONE =
            Set.of(Category.NO_SUCH_MAILBOX, Category.MAILBOX_REFUSED, Category.COMMAND_REFUSED);

    private static final Duration RETRY = Duration.ofSeconds(15);
    private static final Logger LOG = Logger.getLogger(CommandRunner.class);

    private final Database database;
    private final FencedWrites writes;
    private final Commands commands;
    private final MessageActions actions;
    private final Transfer transfer;
    private final SentCopy sentCopy;
    private final Settling settling;
    private final Mailboxes mailboxes;
    private final FolderList folders;
    private final Membership membership;
    private final MeterRegistry metrics;

    @Inject
    public CommandRunner(
            Database database,
            FencedWrites writes,
            Commands commands,
            MessageActions actions,
            Transfer transfer,
            SentCopy sentCopy,
            Settling settling,
            Mailboxes mailboxes,
            FolderList folders,
            Membership membership,
            MeterRegistry metrics) {
        this.database = database;
        this.writes = writes;
        this.commands = commands;
        this.actions = actions;
        this.transfer = transfer;
        this.sentCopy = sentCopy;
        this.settling = settling;
        this.mailboxes = mailboxes;
        this.folders = folders;
        this.membership = membership;
        this.metrics = metrics;
    }

    /**
     * What came of a run.
     *
     * @param more whether there may be more to do
     * @param missed whether a message was not where it lay: a look at all mailboxes tells where it went
     */
    public record Ran(boolean more, boolean missed) {}

    /**
     * Runs what is due.
     *
     * @throws MailException if the connection is lost: the command stays open, and is looked after by the next session
     */
    public Ran run(Link link) throws MailException, InterruptedException {
        List<StoredCommand> open = commands.open(database, link.accountId());
        boolean missed = false;
        Set<UUID> waiting = new HashSet<>();
        for (StoredCommand command : open) {
            UUID message = Commands.messageOf(command.command());
            if (message != null && waiting.contains(message)) {
                // What is asked of a message is done in the order in which it was asked.
                continue;
            }
            if (!membership.isCurrent()) {
                LOG.warnf("account=%s commands wait: the group has not answered for a while", link.accountId());
                return new Ran(false, missed);
            }
            boolean finished;
            try {
                Outcome outcome = run(link, command);
                finished = !(outcome instanceof Outcome.Later);
                missed |= outcome.equals(MOVING) && command.attempts() == 0;
            } catch (FencedException notOurs) {
                throw notOurs;
            } catch (RuntimeException fault) {
                finished = stumble(link, command, fault);
            }
            if (!finished && message != null) {
                waiting.add(message);
            }
        }
        return new Ran(open.size() == Commands.BATCH_MAX, missed);
    }

    /** @return later if it is to be tried again */
    private Outcome run(Link link, StoredCommand command) throws MailException, InterruptedException {
        Outcome outcome;
        try {
            tellFirst(link, command);
            outcome = perform(link, command);
            if (NOT_THERE.contains(outcome)) {
                // What was looked for in vain was there before.
                Outcome nowhere = command.attempts() > 0 ? Transfer.GONE : outcome;
                outcome = mayBeFound(link, command) ? MOVING : nowhere;
            }
        } catch (MailException refused) {
            if (!link.imap().isOpen()
                    || refused.remedy() == Remedy.RETRY
                    || refused.remedy() == Remedy.BACK_OFF
                    || refused.remedy() == Remedy.REAUTHENTICATE) {
                later(
                        link,
                        command,
                        new Outcome.Later(Duration.ZERO, refused.category().wireName()));
                throw refused;
            }
            outcome = Refusal.of(refused);
        }
        if (outcome instanceof Outcome.Later later) {
            return later(link, command, later) ? new Outcome.Failed("gave_up", later.why()) : later;
        }
        Outcome finished = outcome;
        boolean unmarked = finished instanceof Outcome.Failed
                && (command.command() instanceof MailCommand.MarkRead
                        || command.command() instanceof MailCommand.MarkUnread);
        Optional<List<MessageActions.Marks>> marks = unmarked ? actions.marks(link, command) : Optional.empty();
        writes.write(link.fence(), tx -> {
            commands.finish(tx, command.command(), finished, marks.isPresent());
            actions.take(tx, link, marks.orElse(List.of()));
            return null;
        });
        metrics.counter(
                        "mailroom_sync_commands_total",
                        "type",
                        command.type(),
                        "outcome",
                        finished.getClass().getSimpleName().toLowerCase(Locale.ROOT))
                .increment();
        return finished;
    }

    /** Whether the message is, or may come to be, somewhere else: where it lay is looked at, so that it counts as missed from now on. */
    private boolean mayBeFound(Link link, StoredCommand command) throws MailException {
        UUID message = Commands.messageOf(command.command());
        return message != null && command.attempts() < SEARCHES_MAX && transfer.mayBeFound(link, message);
    }

    /** A fault of ours is the command's: it must not end the session, which would find the same command again. */
    private boolean stumble(Link link, StoredCommand command, RuntimeException fault) {
        if (TransientFailures.isTransient(fault) || Thread.currentThread().isInterrupted()) {
            throw fault;
        }
        LOG.errorf(fault, "account=%s command=%s type=%s failed", link.accountId(), command.id(), command.type());
        boolean finished = command.attempts() + 1 >= FAULTS_MAX;
        writes.write(link.fence(), tx -> {
            if (finished) {
                commands.finish(tx, command.command(), new Outcome.Failed("internal", null), false);
            } else {
                commands.postpone(tx, command.id(), new Outcome.Later(RETRY, "internal"));
            }
            return null;
        });
        if (!link.imap().isOpen()) {
            throw fault;
        }
        return finished;
    }

    private boolean later(Link link, StoredCommand command, Outcome.Later later) {
        boolean finished = later.counts() && !later.equals(MOVING) && command.attempts() + 1 >= ATTEMPTS_MAX;
        writes.write(link.fence(), tx -> {
            if (finished) {
                commands.finish(tx, command.command(), new Outcome.Failed("gave_up", later.why()), false);
            } else {
                if (later.equals(MOVING)) {
                    // The server did nothing: what was noted must not keep what vanished from being decided.
                    commands.replan(tx, command.id());
                }
                commands.postpone(tx, command.id(), later);
            }
            return null;
        });
        return finished;
    }

    /** Another program may have removed a mailbox: after a refusal the list of mailboxes is read anew, and the command tried once more. */
    private Outcome perform(Link link, StoredCommand command) throws MailException, InterruptedException {
        try {
            Outcome outcome = actions.sees(link, command) ? act(link, command) : Transfer.UNSEEN;
            if (outcome.equals(Transfer.UNSEEN)) {
                // For the next time: it may be gone. This time what the server did is not known.
                folders.refresh(link);
            }
            return outcome;
        } catch (MailException refused) {
            if (!MAILBOX_MAY_BE_GONE.contains(refused.category())
                    || Refusal.isForbidden(refused)
                    || !link.imap().isOpen()) {
                throw refused;
            }
            folders.refresh(link);
            return act(link, command);
        }
    }

    /** Of a message that somebody acts on everybody has to know first. */
    private void tellFirst(Link link, StoredCommand command) {
        UUID message = Commands.messageOf(command.command());
        if (message != null && settling.waits(database, link.accountId(), message)) {
            writes.write(link.fence(), link.organization(), tx -> {
                settling.tellNow(tx, mailboxes.scope(tx, link.accountId(), link.organization()), message);
                return null;
            });
        }
    }

    private Outcome act(Link link, StoredCommand command) throws MailException, InterruptedException {
        return switch (command.command()) {
            case MailCommand.MarkRead read -> actions.markRead(link, command, read.message(), true);
            case MailCommand.MarkUnread unread -> actions.markRead(link, command, unread.message(), false);
            case MailCommand.ApplyLabel apply -> actions.applyLabel(link, command, apply.message(), apply.label());
            case MailCommand.RemoveLabel remove -> actions.removeLabel(link, command, remove.message(), remove.label());
            case MailCommand.Archive archive ->
                actions.moveFrom(link, command, archive.message(), List.of(MailboxRole.INBOX), MailboxRole.ARCHIVE);
            case MailCommand.MoveToInbox inbox -> actions.moveToInbox(link, command, inbox.message());
            case MailCommand.Trash trash -> actions.moveAll(link, command, trash.message(), MailboxRole.TRASH);
            case MailCommand.Spam spam -> actions.moveAll(link, command, spam.message(), MailboxRole.JUNK);
            case MailCommand.NotSpam notSpam ->
                actions.moveFrom(link, command, notSpam.message(), List.of(MailboxRole.JUNK), MailboxRole.INBOX);
            case MailCommand.CreateLabel create -> actions.createLabel(link, command, create.label());
            case MailCommand.AppendSent append -> sentCopy.file(link, command, append);
        };
    }

    static Duration retryDelay() {
        return RETRY;
    }
}

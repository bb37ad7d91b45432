package dev.mailroom.sync.command;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Remedy;
import dev.mailroom.mailclient.imap.MailboxStatus;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.mailclient.imap.TransferResult;
import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Transaction;
import dev.mailroom.sync.mailbox.Fingerprints;
import dev.mailroom.sync.mailbox.MailboxCheck;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.sync.mailbox.Mailboxes;
import dev.mailroom.sync.message.AccountScope;
import dev.mailroom.sync.message.Arrivals;
import dev.mailroom.sync.message.CopyChanges;
import dev.mailroom.sync.message.CopyTransfers;
import dev.mailroom.sync.message.Flags;
import dev.mailroom.sync.ownership.FencedWrites;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Copies, moves and removes one copy on the server, so that it happens once.
 *
 * <p>Before the server is asked, the source and the target's UIDNEXT are noted in the command's row. A command that is found as sent had
 * its answer lost: then both mailboxes are looked at, and only what is missing is done.
 */
@Singleton
class Transfer {
    /** The server renumbered the mailbox: the old UID must not be used. The next look re-links it. */
    static final Outcome RENUMBERED = new Outcome.Later(Duration.ofSeconds(5), "uidvalidity_changed");

    /** The server says OK to a UID that it does not have (RFC 9051 section 6.4.9): only the target tells that nothing came. */
    static final Outcome GONE = new Outcome.Failed("message_gone", "the server has the message no more");

    /** Whether the server did it is in a mailbox that it does not open now. To do it again might double the message. */
    static final Outcome UNSEEN = new Outcome.Later(Duration.ofSeconds(30), "mailbox_unavailable");

    private final Database database;
    private final FencedWrites writes;
    private final Mailboxes mailboxes;
    private final MailboxCheck check;
    private final Commands commands;
    private final CopyChanges changes;
    private final CopyTransfers transfers;
    private final Fingerprints fingerprints;

    @Inject
    Transfer(
            Database database,
            FencedWrites writes,
            Mailboxes mailboxes,
            MailboxCheck check,
            Commands commands,
            CopyChanges changes,
            CopyTransfers transfers,
            Fingerprints fingerprints) {
        this.database = database;
        this.writes = writes;
        this.mailboxes = mailboxes;
        this.check = check;
        this.commands = commands;
        this.changes = changes;
        this.transfers = transfers;
        this.fingerprints = fingerprints;
    }

    /**
     * Looks at the mailboxes of a command that the server may have done already. What it left comes first, so that the message is seen to
     * have moved and not to have doubled; a copy that went without another coming was taken away by us.
     *
     * @return false if one of them is not to be seen now
     */
    boolean sees(Link link, StoredCommand command, UUID message) throws MailException {
        StoredCommand.Noted source = command.source();
        StoredCommand.Noted target = command.target();
        boolean leaves = !(command.command() instanceof MailCommand.ApplyLabel);
        if (leaves && source != null && !sees(link, source.mailbox(), MailboxLook.Depth.ALL)) {
            return false;
        }
        if (target != null) {
            return sees(link, target.mailbox(), MailboxLook.Depth.COUNTS);
        }
        if (source != null) {
            writes.write(link.fence(), tx -> {
                if (CopyTransfers.isMissing(tx, source.mailbox(), source.uidValidity(), source.uid(), message)) {
                    Arrivals.Place place = new Arrivals.Place(scope(tx, link), source.mailbox(), source.uidValidity());
                    transfers.removed(tx, place, source.uid(), message);
                }
                return null;
            });
        }
        return true;
    }

    /**
     * Looks at the mailboxes in which a message should lie and does not.
     *
     * @return whether it lies somewhere now, or was missed so shortly ago that it may have been moved
     */
    boolean mayBeFound(Link link, UUID message) throws MailException {
        for (UUID mailbox : database.list(
                row -> row.getUUID("mailbox_id"),
                "select distinct mailbox_id from copy where message_id = $1 and account_id = $2 and vanished_at is null",
                message,
                link.accountId())) {
            check.sees(link, mailbox, MailboxLook.Depth.COUNTS, MailEvent.Source.LIVE);
        }
        return database.first("select 1 from copy where message_id = $1 and account_id = $2", message, link.accountId())
                .isPresent();
    }

    private boolean sees(Link link, UUID mailbox, MailboxLook.Depth depth) throws MailException {
        return check.sees(link, mailbox, depth, MailEvent.Source.COMMAND);
    }

    Outcome copy(Link link, StoredCommand command, UUID message, LocatedCopy source, MailboxRow target)
            throws MailException {
        if (command.sent() && arrived(command, message, target)) {
            return new Outcome.Done("copied");
        }
        Prepared prepared = prepare(link, command, source, target, false);
        if (prepared.obstacle() != null) {
            return prepared.obstacle();
        }
        TransferResult result = making(link, target, () -> link.imap().copy(List.of(source.uid()), target.name()));
        Long newUid = prepared.believed(result, source);
        if (newUid == null) {
            return outcome(link, target, message, "copied");
        }
        writes.write(link.fence(), tx -> {
            AccountScope scope = scope(tx, link);
            transfers.copied(tx, at(scope, source), source.uid(), message, to(scope, target, result), newUid);
            return null;
        });
        return new Outcome.Done("copied");
    }

    Outcome move(Link link, StoredCommand command, UUID message, LocatedCopy source, MailboxRow target)
            throws MailException {
        if (command.sent() && arrived(command, message, target)) {
            return stillThere(source) ? remove(link, command, message, source) : new Outcome.Done("moved");
        }
        Prepared prepared = prepare(link, command, source, target, true);
        if (prepared.obstacle() != null) {
            return prepared.obstacle();
        }
        TransferResult result = making(link, target, () -> link.imap().move(List.of(source.uid()), target.name()));
        Long newUid = prepared.believed(result, source);
        if (newUid == null) {
            writes.write(link.fence(), tx -> {
                changes.vanish(tx, at(scope(tx, link), source), List.of(source.uid()));
                return null;
            });
            return outcome(link, target, message, "moved");
        }
        writes.write(link.fence(), tx -> {
            AccountScope scope = scope(tx, link);
            leaves(tx, at(scope, source), source, result.sources());
            transfers.moved(tx, at(scope, source), source.uid(), message, to(scope, target, result), newUid);
            return null;
        });
        return new Outcome.Done("moved");
    }

    /** What came of a copy or a move of which the server did not say where the message is now. */
    private Outcome outcome(Link link, MailboxRow target, UUID message, String done) throws MailException {
        if (!sees(link, target.id(), MailboxLook.Depth.COUNTS)) {
            return UNSEEN;
        }
        return holds(target, message) ? new Outcome.Done(done) : GONE;
    }

    /** Takes one copy away; the caller made sure on the server that the message has another. */
    Outcome remove(Link link, StoredCommand command, UUID message, LocatedCopy source) throws MailException {
        Outcome obstacle = open(link, source, true);
        if (obstacle != null) {
            return obstacle;
        }
        intend(link, command, noted(source));
        TransferResult.Sources sources = link.imap().remove(List.of(source.uid()));
        writes.write(link.fence(), tx -> {
            Arrivals.Place place = at(scope(tx, link), source);
            leaves(tx, place, source, sources);
            transfers.removed(tx, place, source.uid(), message);
            return null;
        });
        return new Outcome.Done("removed");
    }

    /** Forgets a copy that the server took away itself when it did something to another one. */
    void taken(Link link, UUID message, LocatedCopy copy) {
        writes.write(link.fence(), tx -> {
            Arrivals.Place place = at(scope(tx, link), copy);
            transfers.leaves(tx, place, copy.uid());
            transfers.taken(tx, place, copy.uid(), message);
            return null;
        });
    }

    /** Writes down that the server is about to be asked, which only the owner of the account may do. */
    void intend(Link link, StoredCommand command, StoredCommand.@Nullable Noted source) {
        writes.write(link.fence(), tx -> {
            commands.sent(tx, command.id(), source, null);
            return null;
        });
    }

    private void leaves(Transaction tx, Arrivals.Place place, LocatedCopy source, TransferResult.Sources sources) {
        if (sources == TransferResult.Sources.REMOVED) {
            transfers.leaves(tx, place, source.uid());
        }
    }

    private static StoredCommand.Noted noted(LocatedCopy source) {
        return new StoredCommand.Noted(source.mailbox().id(), source.uidValidity(), source.uid());
    }

    /** Selects the copy's mailbox and asks for it; false also if it is marked as deleted, and so on its way out, or is another message now. */
    boolean isOnServer(Link link, LocatedCopy copy) throws MailException {
        List<MessageSummary> found = new ArrayList<>();
        try {
            SelectedMailbox selected = link.imap().select(copy.mailbox().name(), null);
            if (selected.uidValidity() != copy.uidValidity() || meansAnother(link, copy)) {
                return false;
            }
            link.imap().fetchFlags(UidSet.of(List.of(copy.uid())), found::add);
        } catch (MailException refused) {
            if (refused.remedy() == Remedy.GIVE_UP && link.imap().isOpen()) {
                return false;
            }
            throw refused;
        }
        return found.stream().anyMatch(summary -> summary.uid() == copy.uid() && !summary.hasFlag(Flags.DELETED));
    }

    /**
     * What is true before the server is asked.
     *
     * @param obstacle why it is not to be asked; null if it is
     */
    private record Prepared(@Nullable Outcome obstacle, long targetUidValidity) {
        /** The new UID, if the server said it of this very mailbox: one server names the UIDVALIDITY of the source there. */
        @Nullable
        Long believed(TransferResult result, LocatedCopy source) {
            boolean same = result.targetUidValidity() > 0
                    && (targetUidValidity == 0 || result.targetUidValidity() == targetUidValidity);
            return same ? result.uids().get(source.uid()) : null;
        }
    }

    /** Opens the source and notes what is true before. */
    private Prepared prepare(
            Link link, StoredCommand command, LocatedCopy source, MailboxRow target, boolean changesSource)
            throws MailException {
        MailboxStatus before = link.imap().status(target.name());
        Outcome obstacle = open(link, source, changesSource);
        if (obstacle == null) {
            writes.write(link.fence(), tx -> {
                commands.sent(
                        tx,
                        command.id(),
                        noted(source),
                        new StoredCommand.Noted(target.id(), before.uidValidity(), before.uidNext()));
                return null;
            });
        }
        return new Prepared(obstacle, before.uidValidity());
    }

    /**
     * Selects the mailbox of a copy and makes sure that its UID still means the message: by UIDVALIDITY, and by the Message-ID where it was
     * learned on an earlier connection, for not every server that renumbers says so.
     *
     * @return why it must not be used; null if it may
     */
    @Nullable
    Outcome open(Link link, LocatedCopy copy, boolean changesIt) throws MailException {
        SelectedMailbox selected = link.imap().select(copy.mailbox().name(), null);
        if (selected.uidValidity() != copy.uidValidity()) {
            return RENUMBERED;
        }
        if (changesIt && selected.readOnly()) {
            return Refusal.readOnly();
        }
        if (meansAnother(link, copy)) {
            writes.write(link.fence(), tx -> {
                mailboxes.compareWhole(tx, List.of(copy.mailbox().id()));
                return null;
            });
            return RENUMBERED;
        }
        return null;
    }

    private boolean meansAnother(Link link, LocatedCopy copy) throws MailException {
        return copy.knownSince().isBefore(link.openedAt())
                && !fingerprints.isStill(link, copy.mailbox().id(), copy.uidValidity(), copy.uid());
    }

    private interface Asked {
        TransferResult answer() throws MailException;
    }

    /** The server may want to have its target made first, although it listed it. */
    private static TransferResult making(Link link, MailboxRow target, Asked asked) throws MailException {
        try {
            return asked.answer();
        } catch (MailException refused) {
            if (!"TRYCREATE".equals(refused.responseCode()) || !link.imap().isOpen()) {
                throw refused;
            }
            link.imap().create(target.name(), null);
            return asked.answer();
        }
    }

    /** Whether the target got the message since the command was sent; it was looked at. */
    private boolean arrived(StoredCommand command, UUID message, MailboxRow target) {
        StoredCommand.Noted noted = command.target();
        if (noted == null || !noted.mailbox().equals(target.id())) {
            return false;
        }
        return database.first("""
                        select 1 from copy where mailbox_id = $1 and uid_validity = $2 and uid >= $3 and message_id = $4
                        and vanished_at is null
                        """, target.id(), noted.uidValidity(), noted.uid(), message)
                .isPresent();
    }

    private boolean holds(MailboxRow target, UUID message) {
        return database.first(
                        "select 1 from copy where mailbox_id = $1 and message_id = $2 and vanished_at is null",
                        target.id(),
                        message)
                .isPresent();
    }

    private boolean stillThere(LocatedCopy copy) {
        return database.first(
                        "select 1 from copy where mailbox_id = $1 and uid_validity = $2 and uid = $3 and vanished_at is null",
                        copy.mailbox().id(),
                        copy.uidValidity(),
                        copy.uid())
                .isPresent();
    }

    private AccountScope scope(Transaction tx, Link link) {
        return mailboxes.scope(tx, link.accountId(), link.organization());
    }

    private static Arrivals.Place at(AccountScope scope, LocatedCopy copy) {
        return new Arrivals.Place(scope, copy.mailbox().id(), copy.uidValidity());
    }

    private static Arrivals.Place to(AccountScope scope, MailboxRow target, TransferResult result) {
        return new Arrivals.Place(scope, target.id(), result.targetUidValidity());
    }
}

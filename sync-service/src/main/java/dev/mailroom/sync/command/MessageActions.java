package dev.mailroom.sync.command;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Transaction;
import dev.mailroom.sync.mailbox.MailboxFinder;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.sync.mailbox.Mailboxes;
import dev.mailroom.sync.message.Arrivals;
import dev.mailroom.sync.message.CopyChanges;
import dev.mailroom.sync.message.Flags;
import dev.mailroom.sync.ownership.FencedWrites;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What each command about a message means on the server. A command whose work is done already succeeds with {@code already}. */
@Singleton
class MessageActions {
    static final Outcome UNKNOWN_MESSAGE =
            new Outcome.Failed("message_unknown", "the account has no copy of the message");

    private static final Logger LOG = Logger.getLogger(MessageActions.class);

    /** Where mail lies that is to come back to INBOX. */
    private static final List<MailboxRole> PUT_AWAY = List.of(MailboxRole.ARCHIVE, MailboxRole.TRASH, MailboxRole.JUNK);

    private final Database database;
    private final FencedWrites writes;
    private final Mailboxes mailboxes;
    private final MailboxFinder finder;
    private final CopyChanges changes;
    private final Transfer transfer;

    @Inject
    MessageActions(
            Database database,
            FencedWrites writes,
            Mailboxes mailboxes,
            MailboxFinder finder,
            CopyChanges changes,
            Transfer transfer) {
        this.database = database;
        this.writes = writes;
        this.mailboxes = mailboxes;
        this.finder = finder;
        this.changes = changes;
        this.transfer = transfer;
    }

    Outcome markRead(Link link, StoredCommand command, UUID message, boolean read) throws MailException {
        List<LocatedCopy> copies = copies(link, message);
        if (copies.isEmpty()) {
            return UNKNOWN_MESSAGE;
        }
        boolean there = false;
        boolean changed = false;
        for (LocatedCopy copy : copies) {
            Outcome obstacle = transfer.open(link, copy, true);
            if (obstacle != null) {
                return obstacle;
            }
            if (copy.equals(copies.getFirst())) {
                transfer.intend(link, command, null);
            }
            // Also if it is stored as wanted: somebody may have changed it since the last look, and this wish is the
            // later one.
            link.imap().storeFlags(List.of(copy.uid()), read, Set.of(Flags.SEEN));
            // The server says OK for a UID that it does not have, too (RFC 9051 section 6.4.9).
            if (!isThere(link, copy.uid())) {
                continue;
            }
            there = true;
            if (copy.seen() == read) {
                continue;
            }
            writes.write(link.fence(), tx -> {
                changes.flag(tx, at(tx, link, copy), List.of(copy.uid()), Flags.SEEN, read, MailEvent.Source.COMMAND);
                return null;
            });
            changed = true;
        }
        if (!there) {
            return Transfer.GONE;
        }
        return changed ? new Outcome.Done("done") : Outcome.ALREADY;
    }

    /** Whether the selected mailbox has a message under a UID. */
    private static boolean isThere(Link link, long uid) throws MailException {
        List<MessageSummary> found = new ArrayList<>();
        link.imap().fetchFlags(UidSet.of(List.of(uid)), found::add);
        return found.stream().anyMatch(summary -> summary.uid() == uid && Flags.areOfMail(summary.flags()));
    }

    /** What the server says of a copy of a message; nothing if it is gone. */
    record Marks(LocatedCopy copy, List<CopyChanges.FlagChange> now) {}

    /** The flags of a message's copies on the server, when a wish to mark it has failed; empty if it does not show all of them. */
    Optional<List<Marks>> marks(Link link, StoredCommand command) {
        UUID message = Commands.messageOf(command.command());
        List<Marks> marks = new ArrayList<>();
        try {
            for (LocatedCopy copy : message == null ? List.<LocatedCopy>of() : copies(link, message)) {
                List<MessageSummary> found = new ArrayList<>();
                SelectedMailbox selected = link.imap().select(copy.mailbox().name(), null);
                link.imap().fetchFlags(UidSet.of(List.of(copy.uid())), found::add);
                if (selected.uidValidity() != copy.uidValidity()
                        || !found.stream().allMatch(summary -> Flags.areOfMail(summary.flags()))) {
                    return Optional.empty();
                }
                marks.add(new Marks(
                        copy,
                        found.stream()
                                .filter(summary -> summary.uid() == copy.uid())
                                .map(now -> new CopyChanges.FlagChange(now.uid(), now.flags(), now.modSeq()))
                                .toList()));
            }
        } catch (MailException refused) {
            // Then the mailboxes are compared as a whole, as soon as they can be.
            LOG.debugf("account=%s marks are not to be seen: %s", link.accountId(), refused.getMessage());
            return Optional.empty();
        }
        return Optional.of(marks);
    }

    void take(Transaction tx, Link link, List<Marks> marks) {
        for (Marks said : marks) {
            changes.flags(tx, at(tx, link, said.copy()), said.now(), MailEvent.Source.LIVE);
        }
    }

    private Arrivals.Place at(Transaction tx, Link link, LocatedCopy copy) {
        return new Arrivals.Place(
                mailboxes.scope(tx, link.accountId(), link.organization()),
                copy.mailbox().id(),
                copy.uidValidity());
    }

    Outcome applyLabel(Link link, StoredCommand command, UUID message, String label) throws MailException {
        List<LocatedCopy> copies = copies(link, message);
        if (copies.isEmpty()) {
            return UNKNOWN_MESSAGE;
        }
        MailboxFinder.Labelled target;
        try {
            target = finder.ofLabelOrNew(link, label);
        } catch (IllegalArgumentException notAName) {
            return new Outcome.Failed("label_invalid", notAName.getMessage());
        }
        if (target.mailbox() == null) {
            return Refusal.ofLabel(target.refused());
        }
        return applyLabel(link, command, message, copies, target.mailbox());
    }

    private Outcome applyLabel(
            Link link, StoredCommand command, UUID message, List<LocatedCopy> copies, MailboxRow target)
            throws MailException {
        MailboxRole purpose = target.purpose();
        if (!command.sent() && purpose != null) {
            return Refusal.noLabel(target.path(), purpose);
        }
        if (in(copies, target) != null) {
            return command.sent() ? new Outcome.Done("copied") : Outcome.ALREADY;
        }
        return transfer.copy(link, command, message, preferred(copies), target);
    }

    Outcome removeLabel(Link link, StoredCommand command, UUID message, String label) throws MailException {
        List<LocatedCopy> copies = copies(link, message);
        Optional<MailboxRow> mailbox;
        try {
            mailbox = finder.ofLabel(link, label);
        } catch (IllegalArgumentException notAName) {
            return new Outcome.Failed("label_invalid", notAName.getMessage());
        }
        MailboxRole purpose = mailbox.map(MailboxRow::purpose).orElse(null);
        if (!command.sent() && purpose != null) {
            return Refusal.noLabel(mailbox.get().path(), purpose);
        }
        UUID leaves = mailbox.map(MailboxRow::id).orElse(null);
        List<LocatedCopy> labelled = copies.stream()
                .filter(copy -> copy.mailbox().id().equals(leaves))
                .toList();
        if (labelled.isEmpty()) {
            if (command.sent()) {
                return new Outcome.Done(command.target() == null ? "removed" : "moved");
            }
            return copies.isEmpty() ? UNKNOWN_MESSAGE : Outcome.ALREADY;
        }
        Outcome done = Outcome.ALREADY;
        for (LocatedCopy copy : labelled) {
            // The last copy of a message is never removed for the sake of a label.
            done = lies(link, message, other -> !other.mailbox().id().equals(leaves))
                    ? transfer.remove(link, command, message, copy)
                    : moveTo(link, command, message, copy, MailboxRole.ARCHIVE);
            if (!(done instanceof Outcome.Done)) {
                return done;
            }
        }
        return done;
    }

    /** Moves a message back; one that lies under labels only, or among the sent mail, comes to lie in INBOX besides. */
    Outcome moveToInbox(Link link, StoredCommand command, UUID message) throws MailException {
        List<LocatedCopy> copies = copies(link, message);
        boolean movable = copies.stream()
                .map(copy -> copy.mailbox().role())
                .anyMatch(role -> role == MailboxRole.INBOX || (role != null && PUT_AWAY.contains(role)));
        if (copies.isEmpty() || movable) {
            return moveFrom(link, command, message, PUT_AWAY, MailboxRole.INBOX);
        }
        Optional<MailboxRow> inbox = finder.ofRole(link, MailboxRole.INBOX);
        return inbox.isEmpty()
                ? missing(MailboxRole.INBOX)
                : transfer.copy(link, command, message, preferred(copies), inbox.get());
    }

    /** Moves the copies that lie in mailboxes of some roles; a message that only lies elsewhere is left where it is. */
    Outcome moveFrom(Link link, StoredCommand command, UUID message, List<MailboxRole> from, MailboxRole to)
            throws MailException {
        List<LocatedCopy> copies = copies(link, message);
        if (copies.isEmpty()) {
            return UNKNOWN_MESSAGE;
        }
        boolean there = copies.stream().anyMatch(copy -> copy.mailbox().role() == to);
        for (LocatedCopy copy : copies) {
            MailboxRole role = copy.mailbox().role();
            // Where the archive has everything, what lies in INBOX lies there too.
            boolean besides = there && role == MailboxRole.ARCHIVE && !command.sent();
            if (role != null && from.contains(role) && !besides) {
                return moveOut(link, command, message, copies, copy.mailbox(), to);
            }
        }
        return command.sent() ? new Outcome.Done("moved") : Outcome.ALREADY;
    }

    /** The same mail may lie twice in a mailbox: it is one message, and has left with its last copy only. */
    private Outcome moveOut(
            Link link,
            StoredCommand command,
            UUID message,
            List<LocatedCopy> copies,
            MailboxRow mailbox,
            MailboxRole to)
            throws MailException {
        Outcome moved = null;
        for (LocatedCopy copy : copies) {
            if (copy.mailbox().id().equals(mailbox.id())) {
                Outcome done = moveTo(link, command, message, copy, to);
                if (!(done instanceof Outcome.Done) && (moved == null || !done.equals(Transfer.GONE))) {
                    return done;
                }
                moved = done instanceof Outcome.Done ? done : moved;
            }
        }
        return moved == null ? Transfer.GONE : moved;
    }

    /** Moves the message out of every mailbox: one copy to the target, the others away. */
    Outcome moveAll(Link link, StoredCommand command, UUID message, MailboxRole to) throws MailException {
        List<LocatedCopy> copies = copies(link, message);
        if (copies.isEmpty()) {
            return UNKNOWN_MESSAGE;
        }
        List<LocatedCopy> elsewhere = new ArrayList<>(
                copies.stream().filter(copy -> copy.mailbox().role() != to).toList());
        if (elsewhere.isEmpty()) {
            return command.sent() ? new Outcome.Done("moved") : Outcome.ALREADY;
        }
        // Labels last: what was taken from them is told by those that are left.
        elsewhere.sort(Comparator.comparing((LocatedCopy copy) -> copy.mailbox().role() != MailboxRole.INBOX)
                .thenComparing(copy -> copy.mailbox().role() == null));
        boolean there = false;
        boolean moved = false;
        for (LocatedCopy copy : elsewhere) {
            if (moved && link.imap().supports("X-GM-EXT-1")) {
                // What goes to Trash or Spam loses all its labels, and All Mail has it no more.
                transfer.taken(link, message, copy);
                continue;
            }
            there = there || lies(link, message, other -> other.mailbox().role() == to);
            Outcome done =
                    there ? transfer.remove(link, command, message, copy) : moveTo(link, command, message, copy, to);
            if (done.equals(Transfer.GONE)) {
                // Another program took this copy; the others are still to be moved.
                continue;
            }
            if (!(done instanceof Outcome.Done)) {
                return done;
            }
            moved = true;
        }
        return moved || there ? new Outcome.Done("moved") : Transfer.GONE;
    }

    Outcome createLabel(Link link, StoredCommand command, String label) throws MailException {
        try {
            if (finder.ofLabel(link, label).isPresent()) {
                return command.sent() ? new Outcome.Done("created") : Outcome.ALREADY;
            }
            transfer.intend(link, command, null);
            MailboxFinder.Labelled made = finder.ofLabelOrNew(link, label);
            return made.mailbox() == null ? Refusal.ofLabel(made.refused()) : new Outcome.Done("created");
        } catch (IllegalArgumentException notAName) {
            return new Outcome.Failed("label_invalid", notAName.getMessage());
        }
    }

    /** Before a command is done that may be done already: false if the server does not show now whether it is. */
    boolean sees(Link link, StoredCommand command) throws MailException {
        UUID message = Commands.messageOf(command.command());
        return message == null || !command.sent() || transfer.sees(link, command, message);
    }

    private Outcome moveTo(Link link, StoredCommand command, UUID message, LocatedCopy copy, MailboxRole to)
            throws MailException {
        Optional<MailboxRow> target = finder.ofRole(link, to);
        return target.isEmpty() ? missing(to) : transfer.move(link, command, message, copy, target.get());
    }

    /** Whether the server has such a copy now: only then another may be removed, for what is stored may be older than the last look. */
    private boolean lies(Link link, UUID message, Predicate<LocatedCopy> where) throws MailException {
        for (LocatedCopy copy : copies(link, message)) {
            if (where.test(copy) && transfer.isOnServer(link, copy)) {
                return true;
            }
        }
        return false;
    }

    private static Outcome missing(MailboxRole role) {
        return new Outcome.Failed(
                "mailbox_missing", "no mailbox has the role " + role.name().toLowerCase(java.util.Locale.ROOT));
    }

    private static @Nullable LocatedCopy in(List<LocatedCopy> copies, MailboxRow mailbox) {
        return copies.stream()
                .filter(copy -> copy.mailbox().id().equals(mailbox.id()))
                .findFirst()
                .orElse(null);
    }

    /** INBOX first: it is where the others look. */
    private static LocatedCopy preferred(List<LocatedCopy> copies) {
        return copies.stream()
                .filter(copy -> copy.mailbox().role() == MailboxRole.INBOX)
                .findFirst()
                .orElse(copies.getFirst());
    }

    private List<LocatedCopy> copies(Link link, UUID message) {
        Map<UUID, MailboxRow> rows = new HashMap<>();
        mailboxes.ofAccount(database, link.accountId()).forEach(row -> rows.put(row.id(), row));
        List<LocatedCopy> copies = new ArrayList<>();
        for (Row row : database.query("""
                select mailbox_id, uid_validity, uid, seen, created_at from copy
                where message_id = $1 and account_id = $2 and vanished_at is null order by created_at, mailbox_id
                """, message, link.accountId())) {
            MailboxRow mailbox = rows.get(row.getUUID("mailbox_id"));
            if (mailbox != null && mailbox.followed()) {
                copies.add(new LocatedCopy(
                        mailbox,
                        row.getLong("uid_validity"),
                        row.getLong("uid"),
                        row.getBoolean("seen"),
                        row.getOffsetDateTime("created_at").toInstant()));
            }
        }
        return copies;
    }

    static Duration soon() {
        return Duration.ofSeconds(1);
    }
}

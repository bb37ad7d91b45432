package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Remedy;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.Namespace;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the mailbox of a role or a label, and makes it where an action needs it and it does not exist. */
@Singleton
public class MailboxFinder {
    /** Levels of a label that we make ourselves. */
    public static final int LEVELS_MAX = 50;

    private final Database database;
    private final Mailboxes mailboxes;
    private final FolderList folders;

    @Inject
    public MailboxFinder(Database database, Mailboxes mailboxes, FolderList folders) {
        this.database = database;
        this.mailboxes = mailboxes;
        this.folders = folders;
    }

    /** The mailbox of a role; empty if it does not exist and the server does not let us make it. */
    public Optional<MailboxRow> ofRole(Link link, MailboxRole role) throws MailException {
        Optional<MailboxRow> found = mailboxes.byRole(database, link.accountId(), role);
        if (found.isPresent() || role == MailboxRole.INBOX) {
            return found;
        }
        create(link, List.of(nameOf(role)), role);
        folders.refresh(link);
        return mailboxes.byRole(database, link.accountId(), role);
    }

    /** The mailbox of a label ("A/B" for a nested one), if there is one. */
    public Optional<MailboxRow> ofLabel(Link link, String label) {
        List<String> path = levels(label);
        List<MailboxRow> rows = mailboxes.ofAccount(database, link.accountId()).stream()
                .filter(row -> row.selectable() && row.missingSince() == null)
                .toList();
        return rows.stream()
                .filter(row -> row.path().equals(path))
                .findFirst()
                .or(() -> rows.stream()
                        .filter(row -> row.path().size() == path.size() + 1
                                && row.path().getFirst().equalsIgnoreCase("INBOX")
                                && row.path().subList(1, row.path().size()).equals(path))
                        .findFirst());
    }

    /**
     * The mailbox of a label, made if need be.
     *
     * @throws IllegalArgumentException if the label cannot be the name of a mailbox here
     */
    public Optional<MailboxRow> ofLabelOrNew(Link link, String label) throws MailException {
        Optional<MailboxRow> found = ofLabel(link, label);
        if (found.isPresent()) {
            return found;
        }
        create(link, levels(label), null);
        folders.refresh(link);
        return ofLabel(link, label);
    }

    private static void create(Link link, List<String> path, @org.jspecify.annotations.Nullable MailboxRole role)
            throws MailException {
        Namespace namespace = link.imap().personalNamespace();
        MailboxName plain = MailboxName.of(path, namespace.delimiter(), false);
        MailboxName name = new MailboxName(namespace.prefix() + plain.raw(), namespace.delimiter());
        try {
            link.imap().create(name, role == null ? null : Roles.specialUseOf(role));
        } catch (MailException refused) {
            // It may exist although it was not listed; what LIST says next decides.
            boolean exists = "ALREADYEXISTS".equals(refused.responseCode());
            boolean plainRefusal = refused.remedy() == Remedy.GIVE_UP && refused.category() == Category.COMMAND_REFUSED;
            if (!link.imap().isOpen() || !(exists || plainRefusal)) {
                throw refused;
            }
        }
    }

    /** Whether a label has levels to make a mailbox of; the server may still not like it. */
    public static boolean isLabel(String label) {
        List<String> levels = split(label);
        return !levels.isEmpty() && levels.size() <= LEVELS_MAX;
    }

    private static List<String> split(String label) {
        return new ArrayList<>(Arrays.stream(label.split("/", LEVELS_MAX + 1))
                .map(String::strip)
                .filter(level -> !level.isEmpty())
                .toList());
    }

    private static List<String> levels(String label) {
        List<String> levels = split(label);
        if (levels.isEmpty() || levels.size() > LEVELS_MAX) {
            throw new IllegalArgumentException("a label has 1 to " + LEVELS_MAX + " levels");
        }
        return levels;
    }

    private static String nameOf(MailboxRole role) {
        return switch (role) {
            case INBOX -> "INBOX";
            case SENT -> "Sent";
            case ARCHIVE -> "Archive";
            case TRASH -> "Trash";
            case JUNK -> "Junk";
            case DRAFTS -> "Drafts";
        };
    }

    /** Roles that a person may give to a mailbox. */
    public static Set<MailboxRole> assignable() {
        return Set.of(MailboxRole.SENT, MailboxRole.ARCHIVE, MailboxRole.TRASH, MailboxRole.JUNK, MailboxRole.DRAFTS);
    }
}

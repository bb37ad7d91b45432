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
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Finds the mailbox of a role or a label, and makes it where an action needs it and it does not exist. */
@Singleton
public class MailboxFinder {
    /** Levels of a label that we make ourselves. */
    public static final int LEVELS_MAX = 50;

    /** Longest name of a mailbox that we make, in bytes; servers list longer ones. */
    private static final int NEW_NAME_MAX_BYTES = 1_000;

    private final Database database;
    private final Mailboxes mailboxes;
    private final FolderList folders;
    private final ListedTruth truth;
    private final MissingRoles missing;

    @Inject
    MailboxFinder(Database database, Mailboxes mailboxes, FolderList folders, ListedTruth truth, MissingRoles missing) {
        this.database = database;
        this.mailboxes = mailboxes;
        this.folders = folders;
        this.truth = truth;
        this.missing = missing;
    }

    /** The mailbox of a role; empty if it does not exist and the server does not let us make it: then a person is asked. */
    public Optional<MailboxRow> ofRole(Link link, MailboxRole role) throws MailException {
        Optional<MailboxRow> found = mailboxes.byRole(database, link.accountId(), role);
        if (found.isPresent() || role == MailboxRole.INBOX) {
            return found;
        }
        // It may have come, or have been chosen, since the last look.
        folders.refresh(link);
        Optional<MailboxRow> late = mailboxes.byRole(database, link.accountId(), role);
        if (late.isPresent()) {
            return late;
        }
        create(link, List.of(RoleNames.nameFor(role, special(link))), role);
        folders.refresh(link);
        Optional<MailboxRow> made = mailboxes.byRole(database, link.accountId(), role);
        if (made.isEmpty()) {
            missing.missed(link, role);
        }
        return made;
    }

    /** Names of the mailboxes that have a role: they are in the user's language. */
    private List<String> special(Link link) {
        return mailboxes.ofAccount(database, link.accountId()).stream()
                .filter(row -> row.role() != null && row.role() != MailboxRole.INBOX)
                .map(row -> row.path().getLast())
                .toList();
    }

    /**
     * The mailbox of a label ("A/B" for a nested one), if there is one: with this very name, blanks at the ends of a level included, else
     * with one that looks the same.
     */
    public Optional<MailboxRow> ofLabel(Link link, String label) {
        List<String> path = levels(label);
        List<String> exact = List.of(label.split("/", -1));
        List<MailboxRow> rows = mailboxes.ofAccount(database, link.accountId()).stream()
                .filter(row -> row.selectable() && row.missingSince() == null)
                .toList();
        return find(rows, exact, asIs -> asIs)
                .or(() -> exact.equals(path) ? Optional.empty() : find(rows, composed(exact), MailboxFinder::composed))
                .or(() -> find(rows, path, asIs -> asIs))
                .or(() -> find(rows, composed(path), MailboxFinder::composed));
    }

    /** @param written how the names of the mailboxes are written to be compared */
    private static Optional<MailboxRow> find(
            List<MailboxRow> rows, List<String> path, UnaryOperator<List<String>> written) {
        return rows.stream()
                .filter(row -> written.apply(row.path()).equals(path))
                .findFirst()
                .or(() -> rows.stream()
                        .filter(row -> written.apply(row.path()).equals(inboxInCapitals(path)))
                        .findFirst())
                .or(() -> rows.stream()
                        .filter(row -> row.path().size() == path.size() + 1
                                && row.path().getFirst().equalsIgnoreCase("INBOX")
                                && written.apply(
                                                row.path().subList(1, row.path().size()))
                                        .equals(path))
                        .findFirst())
                .or(() -> rows.stream()
                        .filter(row -> !row.isInbox()
                                && written.apply(row.name().path()).equals(path)
                                && path.getFirst().equalsIgnoreCase("INBOX"))
                        .findFirst());
    }

    /** As new names are written (RFC 5198 section 3): what looks the same is the same. */
    private static List<String> composed(List<String> path) {
        return path.stream()
                .map(level -> Normalizer.normalize(level, Normalizer.Form.NFC))
                .toList();
    }

    /** @param refused what the server said to making a mailbox that is not there now */
    public record Labelled(
            @Nullable MailboxRow mailbox, @Nullable MailException refused) {}

    /**
     * The mailbox of a label, made if need be.
     *
     * @throws IllegalArgumentException if the label cannot be the name of a mailbox here
     */
    public Labelled ofLabelOrNew(Link link, String label) throws MailException {
        Optional<MailboxRow> found = ofLabel(link, label);
        if (found.isPresent()) {
            return new Labelled(found.get(), null);
        }
        MailException refused = create(link, inboxInCapitals(composed(levels(label))), null);
        folders.refresh(link);
        return new Labelled(ofLabel(link, label).orElse(null), refused);
    }

    /** Whether the server means the name, and not the moment or the account (RFC 5530 section 3). */
    public static boolean isBadName(MailException refused) {
        return "CANNOT".equals(refused.responseCode());
    }

    private @Nullable MailException create(Link link, List<String> path, @Nullable MailboxRole role)
            throws MailException {
        Namespace namespace = link.imap().personalNamespace();
        MailboxName plain = nameOf(path, namespace.delimiter());
        MailException refused = create(link, namespace.prefix(), plain, role);
        if (refused == null
                || !namespace.prefix().isEmpty()
                || namespace.delimiter() == '\0'
                || !mayWantAllBelowInbox(link, refused)) {
            return refused;
        }
        return create(link, "INBOX" + namespace.delimiter(), plain, role) == null ? null : refused;
    }

    /** Servers that want everything below INBOX do not always say so; one with a mailbox beside INBOX does not want it. */
    private boolean mayWantAllBelowInbox(Link link, MailException refused) {
        List<MailboxRow> others = mailboxes.ofAccount(database, link.accountId()).stream()
                .filter(row -> row.selectable() && row.missingSince() == null && !row.isInbox())
                .toList();
        return others.isEmpty()
                ? !isBadName(refused)
                : others.stream().noneMatch(row -> row.path().size() == 1);
    }

    /** @throws IllegalArgumentException with words for a person */
    private static MailboxName nameOf(List<String> path, char delimiter) {
        if (path.size() > 1 && delimiter == '\0') {
            throw new IllegalArgumentException("This server has no folders in folders: choose a label without \"/\".");
        }
        for (String level : path) {
            if (delimiter != '\0' && level.indexOf(delimiter) >= 0) {
                throw new IllegalArgumentException("A folder's name on this server cannot contain \"" + delimiter
                        + "\": choose another, or write \"/\" for a folder in a folder.");
            }
            if (level.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("A label cannot contain control characters: choose another.");
            }
        }
        MailboxName plain = MailboxName.of(path, delimiter, false);
        if (plain.raw().length() > NEW_NAME_MAX_BYTES) {
            throw new IllegalArgumentException(
                    "A folder's name has at most " + NEW_NAME_MAX_BYTES + " bytes: choose a shorter label.");
        }
        return plain;
    }

    /** @return what the server said if it does not want to: what LIST says next decides */
    private @Nullable MailException create(Link link, String prefix, MailboxName plain, @Nullable MailboxRole role)
            throws MailException {
        MailboxName name = new MailboxName(prefix + plain.raw(), plain.delimiter());
        try {
            link.imap().create(name, role == null ? null : Roles.specialUseOf(role));
            truth.made(link, name);
            return null;
        } catch (MailException refused) {
            if (!link.imap().isOpen()) {
                throw refused;
            }
            if ("ALREADYEXISTS".equals(refused.responseCode())) {
                // Although it was not listed.
                return null;
            }
            boolean forRole = role != null && refused.remedy() == Remedy.GIVE_UP;
            if (!forRole && refused.category() != Category.COMMAND_REFUSED) {
                throw refused;
            }
            return refused;
        }
    }

    /** A level without a name counts for nothing: who asks over HTTP is told of it, and what was asked for before is done as ever. */
    private static List<String> levels(String label) {
        List<String> levels = Arrays.stream(label.split("/", LEVELS_MAX + 1))
                .map(String::strip)
                .filter(level -> !level.isEmpty())
                .toList();
        if (levels.isEmpty() || levels.size() > LEVELS_MAX) {
            throw new IllegalArgumentException("a label has 1 to " + LEVELS_MAX + " levels");
        }
        return levels;
    }

    /** INBOX is INBOX in whatever case (RFC 9051 section 5.1), and servers list what lies below it under this name. */
    private static List<String> inboxInCapitals(List<String> path) {
        if (!path.getFirst().equalsIgnoreCase("INBOX")) {
            return path;
        }
        List<String> capital = new ArrayList<>(path);
        capital.set(0, "INBOX");
        return capital;
    }

    /** Roles that a person may give to a mailbox. */
    public static Set<MailboxRole> assignable() {
        return Set.of(MailboxRole.SENT, MailboxRole.ARCHIVE, MailboxRole.TRASH, MailboxRole.JUNK, MailboxRole.DRAFTS);
    }
}

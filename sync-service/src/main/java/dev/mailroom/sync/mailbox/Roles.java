package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.mailclient.imap.SpecialUse;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Says which mailbox has which role. In this order: the user's choice, the server's SPECIAL-USE (RFC 6154), the name. A role has one
 * mailbox: of several candidates the one that had it keeps it, else the one nearer to the top gets it, then the one with more messages.
 * Names count only at the top: a folder of a project may be called "Archive", and is not the archive.
 */
final class Roles {
    static final String USER = "user";
    static final String SPECIAL_USE = "special_use";
    static final String NAME = "name";

    /** Folders that are no level of their own: programs and providers put the special mailboxes into them. */
    private static final Set<String> CONTAINERS =
            Set.of("inbox", "[gmail]", "[google mail]", "[imap]", "[mail]", "mail");

    private Roles() {}

    /**
     * @param depth levels below the top or the personal namespace, 0 for the top
     * @param chosen the role that the user gave it
     * @param refused true if the user said that it has no role
     * @param held the role that it has
     */
    record Candidate(
            UUID id,
            String leaf,
            int depth,
            boolean inbox,
            @Nullable SpecialUse specialUse,
            long messages,
            @Nullable MailboxRole chosen,
            boolean refused,
            @Nullable MailboxRole held) {}

    record Assigned(MailboxRole role, String source) {}

    static Map<UUID, Assigned> assign(List<Candidate> candidates) {
        Map<MailboxRole, UUID> taken = new EnumMap<>(MailboxRole.class);
        Map<UUID, Assigned> assigned = new HashMap<>();
        List<Candidate> open = new ArrayList<>();
        for (Candidate candidate : candidates) {
            if (candidate.inbox()) {
                give(candidate, MailboxRole.INBOX, SPECIAL_USE, taken, assigned);
            } else if (candidate.chosen() != null) {
                give(candidate, candidate.chosen(), USER, taken, assigned);
            } else if (!candidate.refused()) {
                open.add(candidate);
            }
        }
        open.sort(java.util.Comparator.comparing((Candidate candidate) -> candidate.held() == null)
                .thenComparingInt(Candidate::depth)
                .thenComparing(
                        java.util.Comparator.comparingLong(Candidate::messages).reversed())
                .thenComparing(Candidate::id));
        open.forEach(candidate -> give(candidate, roleOf(candidate.specialUse()), SPECIAL_USE, taken, assigned));
        // Where nothing else is the archive, the mailbox of all mail does its work.
        open.stream()
                .filter(candidate -> candidate.specialUse() == SpecialUse.ALL)
                .forEach(candidate -> give(candidate, MailboxRole.ARCHIVE, SPECIAL_USE, taken, assigned));
        open.stream()
                .filter(candidate -> candidate.specialUse() == null && candidate.depth() == 0)
                .forEach(candidate ->
                        give(candidate, RoleNames.roleOf(candidate.leaf()).orElse(null), NAME, taken, assigned));
        return assigned;
    }

    /**
     * Levels above a mailbox that mean something.
     *
     * @param path without the level that everything of the user's lies below
     */
    static int depth(List<String> path) {
        boolean contained =
                path.size() > 1 && CONTAINERS.contains(path.getFirst().toLowerCase(Locale.ROOT));
        return path.size() - (contained ? 2 : 1);
    }

    private static void give(
            Candidate candidate,
            @Nullable MailboxRole role,
            String source,
            Map<MailboxRole, UUID> taken,
            Map<UUID, Assigned> assigned) {
        if (role != null && !taken.containsKey(role) && !assigned.containsKey(candidate.id())) {
            taken.put(role, candidate.id());
            assigned.put(candidate.id(), new Assigned(role, source));
        }
    }

    private static @Nullable MailboxRole roleOf(@Nullable SpecialUse use) {
        return use == null
                ? null
                : switch (use) {
                    case SENT -> MailboxRole.SENT;
                    case TRASH -> MailboxRole.TRASH;
                    case JUNK -> MailboxRole.JUNK;
                    case DRAFTS -> MailboxRole.DRAFTS;
                    case ARCHIVE -> MailboxRole.ARCHIVE;
                    case INBOX, ALL, FLAGGED -> null;
                };
    }

    static @Nullable SpecialUse specialUseOf(MailboxRole role) {
        return switch (role) {
            case SENT -> SpecialUse.SENT;
            case TRASH -> SpecialUse.TRASH;
            case JUNK -> SpecialUse.JUNK;
            case DRAFTS -> SpecialUse.DRAFTS;
            case ARCHIVE -> SpecialUse.ARCHIVE;
            case INBOX -> null;
        };
    }
}

package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.mailclient.imap.SpecialUse;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Says which mailbox has which role. In this order: the user's choice, the server's SPECIAL-USE (RFC 6154), the name. A role has one
 * mailbox; of several candidates by name the one nearer to the top wins, then the one with more messages.
 */
final class Roles {
    static final String USER = "user";
    static final String SPECIAL_USE = "special_use";
    static final String NAME = "name";

    private Roles() {}

    /**
     * @param depth levels below the top or the personal namespace, 0 for the top
     * @param chosen the role that the user gave it
     * @param refused true if the user said that it has no role
     */
    record Candidate(
            UUID id,
            String leaf,
            int depth,
            boolean inbox,
            @Nullable SpecialUse specialUse,
            long messages,
            @Nullable MailboxRole chosen,
            boolean refused) {}

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
        open.sort(java.util.Comparator.comparingInt(Candidate::depth)
                .thenComparing(
                        java.util.Comparator.comparingLong(Candidate::messages).reversed())
                .thenComparing(Candidate::id));
        open.forEach(candidate -> give(candidate, roleOf(candidate.specialUse()), SPECIAL_USE, taken, assigned));
        // Where nothing else is the archive, the mailbox of all mail does its work.
        open.stream()
                .filter(candidate -> candidate.specialUse() == SpecialUse.ALL)
                .forEach(candidate -> give(candidate, MailboxRole.ARCHIVE, SPECIAL_USE, taken, assigned));
        open.stream()
                .filter(candidate -> candidate.specialUse() == null)
                .forEach(candidate ->
                        give(candidate, RoleNames.roleOf(candidate.leaf()).orElse(null), NAME, taken, assigned));
        return assigned;
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

package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.mailclient.imap.ListedMailbox;
import dev.mailroom.mailclient.imap.SpecialUse;
import dev.mailroom.sync.database.Transaction;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the server said that mailboxes are for, as it is remembered in their rows. */
final class ListedUse {
    /** The server said nothing. */
    private static final String NONE = "none";

    private ListedUse() {}

    static String word(@Nullable SpecialUse use) {
        return use == null ? NONE : use.name().toLowerCase(Locale.ROOT);
    }

    /**
     * True if nobody knows what the server says of a mailbox: an older version listed it. It keeps the role it has, and gets no other
     * until it is listed again.
     */
    static boolean isUnknown(MailboxRow row) {
        return row.specialUse() == null && row.role() == null;
    }

    /** What the server said last: a role that came from it was written with its last words, also by a version that remembers only that. */
    static @Nullable SpecialUse of(MailboxRow row) {
        String word = row.specialUse();
        SpecialUse remembered =
                word == null || word.equals(NONE) ? null : SpecialUse.valueOf(word.toUpperCase(Locale.ROOT));
        MailboxRole role = row.role();
        boolean allMail = remembered == SpecialUse.ALL && role == MailboxRole.ARCHIVE;
        return role == null || allMail || !Roles.SPECIAL_USE.equals(row.roleSource())
                ? remembered
                : Roles.specialUseOf(role);
    }

    /** What a list says otherwise than the rows do. */
    static Map<UUID, String> news(Map<MailboxRow, ListedMailbox> listed) {
        Map<UUID, String> news = new HashMap<>();
        listed.forEach((row, mailbox) -> {
            String word = word(mailbox.specialUse());
            if (!word.equals(row.specialUse())) {
                news.put(row.id(), word);
            }
        });
        return news;
    }

    static void remember(Transaction tx, Map<UUID, String> news) {
        if (!news.isEmpty()) {
            tx.execute(
                    "update mailbox m set special_use = n.special_use from unnest($1::uuid[], $2::text[]) as n (id, special_use)"
                            + " where m.id = n.id",
                    news.keySet().toArray(UUID[]::new),
                    news.values().toArray(String[]::new));
        }
    }
}

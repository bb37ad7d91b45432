package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.ListedMailbox;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.MailboxStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares what LIST says with what is stored.
 *
 * @param created listed and not stored
 * @param renamed stored under another name: the same UIDVALIDITY, one candidate only, and the same counters or the same messages
 * @param kept stored and listed
 * @param missing stored and not listed, or its name belongs to another mailbox now
 */
record FolderDifference(
        List<ListedMailbox> created,
        Map<MailboxRow, ListedMailbox> renamed,
        Map<MailboxRow, ListedMailbox> kept,
        List<MailboxRow> missing) {

    /** Looks into a mailbox. */
    @FunctionalInterface
    interface Proof {
        /** Whether a listed mailbox holds messages of a stored one, under their UIDs. */
        boolean isSame(MailboxRow row, ListedMailbox mailbox) throws MailException;
    }

    /** @param counters of listed mailboxes, as far as they are known; at least of those that are not stored */
    static FolderDifference between(
            List<MailboxRow> stored, List<ListedMailbox> listed, Map<MailboxName, MailboxStatus> counters, Proof proof)
            throws MailException {
        Map<MailboxName, MailboxRow> byName = new HashMap<>();
        stored.forEach(row -> byName.put(row.name(), row));
        Map<MailboxRow, ListedMailbox> kept = new LinkedHashMap<>();
        // Under its name there is a mailbox of another UIDVALIDITY: renumbered, or another one that took the name.
        Map<MailboxRow, ListedMailbox> doubtful = new LinkedHashMap<>();
        List<ListedMailbox> unclaimed = new ArrayList<>();
        for (ListedMailbox mailbox : listed) {
            MailboxRow row = byName.remove(mailbox.name());
            if (row == null) {
                unclaimed.add(mailbox);
            } else if (isRenumbered(row, counters.get(mailbox.name()))) {
                doubtful.put(row, mailbox);
                unclaimed.add(mailbox);
            } else {
                kept.put(row, mailbox);
            }
        }
        List<MailboxRow> homeless = new ArrayList<>(byName.values());
        homeless.addAll(doubtful.keySet());
        Map<MailboxRow, ListedMailbox> renamed = new LinkedHashMap<>();
        for (ListedMailbox mailbox : List.copyOf(unclaimed)) {
            MailboxStatus status = counters.get(mailbox.name());
            MailboxRow former = former(homeless, mailbox, status, proof);
            if (former == null && status != null) {
                former = formerEmpty(stored, homeless, mailbox, status, unclaimed, counters);
            }
            if (former != null) {
                renamed.put(former, mailbox);
                homeless.remove(former);
                unclaimed.remove(mailbox);
            }
        }
        doubtful.forEach((row, mailbox) -> {
            if (homeless.contains(row) && unclaimed.remove(mailbox)) {
                homeless.remove(row);
                kept.put(row, mailbox);
            }
        });
        return new FolderDifference(unclaimed, renamed, kept, homeless);
    }

    private static boolean isRenumbered(MailboxRow row, @Nullable MailboxStatus status) {
        // INBOX cannot go to another name: RENAME of it moves its messages (RFC 9051 section 6.3.6).
        return !row.isInbox()
                && status != null
                && status.uidValidity() != 0
                && row.uidValidity() != 0
                && status.uidValidity() != row.uidValidity();
    }

    /** An empty mailbox looks like any other, unless the server gives each a UIDVALIDITY of its own: this one, nobody else has. */
    private static @Nullable MailboxRow formerEmpty(
            List<MailboxRow> stored,
            List<MailboxRow> homeless,
            ListedMailbox mailbox,
            MailboxStatus status,
            List<ListedMailbox> unclaimed,
            Map<MailboxName, MailboxStatus> counters) {
        long uidValidity = status.uidValidity();
        if (!mailbox.selectable() || uidValidity == 0 || status.messages() != 0 || status.uidNext() != 1) {
            return null;
        }
        List<MailboxRow> owners =
                stored.stream().filter(row -> row.uidValidity() == uidValidity).toList();
        long claims = unclaimed.stream()
                .map(other -> counters.get(other.name()))
                .filter(other -> other != null && other.uidValidity() == uidValidity)
                .count();
        if (owners.size() != 1 || claims != 1) {
            return null;
        }
        MailboxRow former = owners.getFirst();
        boolean empty = former.selectable() && former.messages() == 0 && former.uidNext() <= 1 && !former.isInbox();
        return empty && homeless.contains(former) ? former : null;
    }

    /** Mailboxes that held mail; those that never did are compared by {@link #formerEmpty}. */
    private static @Nullable MailboxRow former(
            List<MailboxRow> homeless, ListedMailbox mailbox, @Nullable MailboxStatus status, Proof proof)
            throws MailException {
        if (status == null || !mailbox.selectable()) {
            return null;
        }
        List<MailboxRow> candidates = homeless.stream()
                .filter(row -> row.uidValidity() != 0
                        && row.uidValidity() == status.uidValidity()
                        && row.uidNext() > 1
                        && !row.isInbox()
                        && (status.uidNext() == 0 || row.uidNext() <= status.uidNext()))
                .toList();
        List<MailboxRow> alike = candidates.stream()
                .filter(row -> row.uidNext() == status.uidNext() && row.messages() == status.messages())
                .toList();
        if (alike.size() == 1) {
            return alike.getFirst();
        }
        for (MailboxRow candidate : candidates) {
            if (proof.isSame(candidate, mailbox)) {
                return candidate;
            }
        }
        return null;
    }
}

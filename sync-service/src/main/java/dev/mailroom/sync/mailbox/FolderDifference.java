package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.imap.ListedMailbox;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.MailboxStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares what LIST says with what is stored.
 *
 * @param created listed and not stored
 * @param renamed stored under another name: the same UIDVALIDITY and UIDNEXT, and one candidate only
 * @param kept stored and listed
 * @param missing stored and not listed
 */
record FolderDifference(
        List<ListedMailbox> created,
        Map<MailboxRow, ListedMailbox> renamed,
        Map<MailboxRow, ListedMailbox> kept,
        List<MailboxRow> missing) {

    /** @param counters of listed mailboxes that are not stored, as far as they are known */
    static FolderDifference between(
            List<MailboxRow> stored, List<ListedMailbox> listed, Map<MailboxName, MailboxStatus> counters) {
        Map<MailboxName, MailboxRow> byName = new HashMap<>();
        stored.forEach(row -> byName.put(row.name(), row));
        Map<MailboxRow, ListedMailbox> kept = new LinkedHashMap<>();
        List<ListedMailbox> created = new ArrayList<>();
        for (ListedMailbox mailbox : listed) {
            MailboxRow row = byName.remove(mailbox.name());
            if (row == null) {
                created.add(mailbox);
            } else {
                kept.put(row, mailbox);
            }
        }
        List<MailboxRow> missing = new ArrayList<>(byName.values());
        Map<MailboxRow, ListedMailbox> renamed = new LinkedHashMap<>();
        for (ListedMailbox mailbox : List.copyOf(created)) {
            MailboxStatus status = counters.get(mailbox.name());
            Optional<MailboxRow> former = status == null ? Optional.empty() : former(missing, status);
            if (former.isPresent()) {
                renamed.put(former.get(), mailbox);
                missing.remove(former.get());
                created.remove(mailbox);
            }
        }
        return new FolderDifference(created, renamed, kept, missing);
    }

    /** An empty mailbox looks like any other empty one, so it is never taken for a renamed one. */
    private static Optional<MailboxRow> former(List<MailboxRow> missing, MailboxStatus status) {
        List<MailboxRow> candidates = missing.stream()
                .filter(row -> row.uidValidity() != 0 && row.uidValidity() == status.uidValidity())
                .filter(row ->
                        row.uidNext() > 1 && row.uidNext() == status.uidNext() && row.messages() == status.messages())
                .toList();
        return candidates.size() == 1 ? Optional.of(candidates.getFirst()) : Optional.empty();
    }
}

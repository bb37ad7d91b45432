package dev.mailroom.sync.session;

import dev.mailroom.sync.mailbox.MailboxRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to be asked for its counters where LIST does not bring them (RFC 5819): a sweep asks for so many mailboxes and no more, so
 * that live mail and commands never wait for ten thousand. Belongs to one session.
 */
final class StatusTurns {
    /** Mailboxes that one sweep asks for. */
    static final int STATUSES_MAX = 500;

    /** Of these, mailboxes that changed most lately; they are likely to change again. */
    static final int LATELY_MAX = 150;

    private @Nullable UUID last;

    /** All of them if they are few. Else those with a role, those that changed lately, and the next of the others in turn. */
    Set<MailboxRow> next(List<MailboxRow> rows) {
        if (rows.size() <= STATUSES_MAX) {
            return new LinkedHashSet<>(rows);
        }
        Set<MailboxRow> chosen = new LinkedHashSet<>();
        rows.stream().filter(row -> row.role() != null).limit(LATELY_MAX).forEach(chosen::add);
        rows.stream()
                .filter(row -> row.checkedAt() != null)
                .sorted(Comparator.comparing(StatusTurns::checkedAt).reversed())
                .limit(LATELY_MAX)
                .forEach(chosen::add);
        List<MailboxRow> byId = new ArrayList<>(rows);
        byId.sort(Comparator.comparing(MailboxRow::id));
        int begin = 0;
        while (last != null && begin < byId.size() && byId.get(begin).id().compareTo(last) <= 0) {
            begin++;
        }
        for (int i = 0; i < byId.size() && chosen.size() < STATUSES_MAX; i++) {
            MailboxRow row = byId.get((begin + i) % byId.size());
            chosen.add(row);
            last = row.id();
        }
        return chosen;
    }

    private static Instant checkedAt(MailboxRow row) {
        Instant checked = row.checkedAt();
        return checked == null ? Instant.MIN : checked;
    }
}

package dev.mailroom.sync.history;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Transaction;
import dev.mailroom.sync.mailbox.Mailboxes;
import dev.mailroom.sync.message.Arrivals;
import dev.mailroom.sync.message.CopyChanges;
import dev.mailroom.sync.message.Flags;
import dev.mailroom.sync.ownership.FencedWrites;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Gatherers;

/**
 * Finds what happened to messages between their fetch and their commit: the connection that watches has heard of it when they were not
 * stored yet, and had nothing to write it to. Once for each mailbox that was imported.
 */
@Singleton
class ClosingLook {
    /** Messages that are compared, or written as missing, at a time. */
    private static final int COMPARED_MAX = 2_000;

    private final Database database;
    private final FencedWrites writes;
    private final Mailboxes mailboxes;
    private final CopyChanges changes;

    @Inject
    ClosingLook(Database database, FencedWrites writes, Mailboxes mailboxes, CopyChanges changes) {
        this.database = database;
        this.writes = writes;
        this.mailboxes = mailboxes;
        this.changes = changes;
    }

    /** Compares the mailbox of the plan, which is selected, with what is stored of its old mail. */
    void look(Link link, ImportPlan plan) throws MailException {
        UidSet stored = StoredUids.present(
                database, plan.row().id(), plan.uidValidity(), plan.row().liveFrom());
        if (stored.isEmpty()) {
            return;
        }
        UidSet there = UidSet.of(link.imap().searchSince(null));
        List<Long> missing =
                stored.stream().filter(uid -> !there.contains(uid)).boxed().toList();
        for (List<Long> some : pieces(missing)) {
            writes.write(link.fence(), tx -> {
                changes.vanish(tx, place(tx, link, plan), some);
                return null;
            });
        }
        Optional<List<MessageSummary>> changed =
                plan.modSeq() > 0 ? link.imap().changedSince(plan.modSeq()) : Optional.empty();
        if (changed.isPresent()) {
            write(link, plan, changed.get());
            return;
        }
        for (List<Long> some : pieces(stored.stream().boxed().toList())) {
            List<MessageSummary> summaries = new ArrayList<>();
            link.imap().fetchFlags(UidSet.of(some), summaries::add);
            write(link, plan, summaries);
        }
    }

    private static List<List<Long>> pieces(List<Long> all) {
        return all.stream().gather(Gatherers.windowFixed(COMPARED_MAX)).toList();
    }

    private void write(Link link, ImportPlan plan, List<MessageSummary> seen) {
        Map<Long, String> stored = new HashMap<>();
        Long[] uids = seen.stream()
                .map(MessageSummary::uid)
                .filter(uid -> uid < plan.row().liveFrom())
                .toArray(Long[]::new);
        for (Row row : database.query("""
                select uid, array_to_string(flags, ' ') as words from copy
                where mailbox_id = $1 and uid_validity = $2 and uid = any($3) and vanished_at is null
                """, plan.row().id(), plan.uidValidity(), uids)) {
            stored.put(row.getLong("uid"), row.getString("words"));
        }
        List<CopyChanges.FlagChange> different = seen.stream()
                .filter(summary -> {
                    String words = stored.get(summary.uid());
                    return words != null && !words.equals(Flags.joined(summary.flags()));
                })
                .map(summary -> new CopyChanges.FlagChange(summary.uid(), summary.flags(), summary.modSeq()))
                .toList();
        if (!different.isEmpty()) {
            writes.write(link.fence(), tx -> {
                changes.flags(tx, place(tx, link, plan), different, MailEvent.Source.LIVE);
                return null;
            });
        }
    }

    private Arrivals.Place place(Transaction tx, Link link, ImportPlan plan) {
        return new Arrivals.Place(
                mailboxes.scope(tx, link.accountId(), link.organization()),
                plan.row().id(),
                plan.uidValidity());
    }
}

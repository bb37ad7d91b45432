package dev.mailroom.sync.history;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.sync.mailbox.OldMail;
import dev.mailroom.sync.message.Flags;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Gatherers;

/** Compares the window of an import that is done with what is stored: one SEARCH, and a FETCH of what seems to be missing. */
@Singleton
class WindowCheck implements OldMail {
    private final Database database;
    private final Clock clock;

    @Inject
    WindowCheck(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public List<Long> missing(Link link, MailboxRow row) throws MailException {
        String history = link.account().history();
        if (history.equals(ImportWindow.NONE)) {
            return List.of();
        }
        // The window moves on with the days: today's lies within the one that was imported.
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        UidSet known = StoredUids.known(database, row.id(), row.uidValidity());
        List<Long> unknown = link
                .imap()
                .searchSince(ImportWindow.since(history, today).orElse(null))
                .stream()
                .filter(uid -> uid < row.liveFrom() && !known.contains(uid))
                .sorted()
                .toList();
        List<Long> missing = new ArrayList<>();
        for (List<Long> piece : unknown.stream()
                .gather(Gatherers.windowFixed(ImportPlan.SUMMARIES_MAX))
                .toList()) {
            UidSet asked = UidSet.of(piece);
            List<MessageSummary> there = new ArrayList<>();
            link.imap().fetchFlags(asked, there::add);
            // What SEARCH names and FETCH does not have, or what is no mail, is nothing that an import could take in.
            there.stream()
                    .filter(summary -> Flags.areOfMail(summary.flags()))
                    .map(MessageSummary::uid)
                    .filter(asked::contains)
                    .forEach(missing::add);
        }
        return List.copyOf(missing);
    }
}

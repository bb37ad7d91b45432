package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes messages in again that are in quarantine: those that somebody asked for, and on their own, after an hour and then ever more
 * rarely, the others, because what a server did not answer yesterday it may answer today.
 */
@Singleton
public class QuarantineRetry {
    private static final int RETRIES_MAX = 20;

    /** Times that a message is tried without being asked for; the waits are 1, 4, 16, 64 and 256 hours. */
    static final int ATTEMPTS_MAX = 6;

    private static final String DUE = """
            update quarantine set state = 'retrying', updated_at = now()
            where id in (select id from quarantine
                         where account_id = $1 and state = 'open' and attempts < $2
                           and updated_at < now() - interval '1 hour' * power(4, attempts - 1)
                         order by updated_at limit $3)
            """;

    private final Database database;
    private final Mailboxes mailboxes;
    private final MailboxIntake intake;
    private final BrokenMailboxes broken;
    private final FetchFailures failures;
    private final Summaries summaries;

    @Inject
    public QuarantineRetry(
            Database database,
            Mailboxes mailboxes,
            MailboxIntake intake,
            BrokenMailboxes broken,
            FetchFailures failures,
            Summaries summaries) {
        this.database = database;
        this.mailboxes = mailboxes;
        this.intake = intake;
        this.broken = broken;
        this.failures = failures;
        this.summaries = summaries;
    }

    /** Tries those of the account that are due or were asked for; what fails again is in quarantine again. */
    public void run(Link link) throws MailException {
        database.execute(DUE, link.accountId(), ATTEMPTS_MAX, RETRIES_MAX);
        List<Row> rows = database.query("""
                select id, mailbox_id, uid_validity, uid, updated_at from quarantine
                where account_id = $1 and state = 'retrying' order by updated_at limit $2
                """, link.accountId(), RETRIES_MAX);
        for (Row row : rows) {
            UUID mailbox = row.getUUID("mailbox_id");
            long uid = row.getLong("uid");
            FetchFailures.Place place = new FetchFailures.Place(mailbox, row.getLong("uid_validity"));
            failures.onceMore(place, uid, row.getOffsetDateTime("updated_at").toInstant());
            retry(link, row.getUUID("id"), place, uid);
        }
    }

    private void retry(Link link, UUID id, FetchFailures.Place place, long uid) throws MailException {
        UUID mailbox = place.mailbox();
        long uidValidity = place.uidValidity();
        Optional<MailboxRow> found = mailboxes.find(database, mailbox);
        List<MessageSummary> there = List.of();
        boolean live = false;
        if (found.isPresent() && found.get().followed()) {
            if (broken.rests(mailbox)) {
                return;
            }
            SelectedMailbox selected;
            try {
                selected = link.imap().select(found.get().name(), null);
            } catch (MailException refused) {
                broken.skipOrThrow(link, found.get(), refused);
                return;
            }
            if (selected.uidValidity() == uidValidity) {
                there = summaries.of(link, place, UidSet.of(List.of(uid)));
            }
            live = uid >= found.get().liveFrom();
        }
        MailEvent.Source source = live ? MailEvent.Source.LIVE : MailEvent.Source.IMPORT;
        intake.take(
                link,
                mailbox,
                uidValidity,
                there,
                live,
                source,
                tx -> tx.execute(
                        "update quarantine set state = 'resolved', raw = null, updated_at = now() where id = $1 and state = 'retrying'",
                        id));
    }
}

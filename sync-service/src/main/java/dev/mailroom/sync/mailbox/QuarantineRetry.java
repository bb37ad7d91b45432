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
import java.util.ArrayList;
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

    @Inject
    public QuarantineRetry(Database database, Mailboxes mailboxes, MailboxIntake intake, BrokenMailboxes broken) {
        this.database = database;
        this.mailboxes = mailboxes;
        this.intake = intake;
        this.broken = broken;
    }

    /** Tries those of the account that are due or were asked for; what fails again is in quarantine again. */
    public void run(Link link) throws MailException {
        database.execute(DUE, link.accountId(), ATTEMPTS_MAX, RETRIES_MAX);
        List<Row> rows = database.query("""
                select id, mailbox_id, uid_validity, uid from quarantine
                where account_id = $1 and state = 'retrying' order by updated_at limit $2
                """, link.accountId(), RETRIES_MAX);
        for (Row row : rows) {
            retry(link, row.getUUID("id"), row.getUUID("mailbox_id"), row.getLong("uid_validity"), row.getLong("uid"));
        }
    }

    private void retry(Link link, UUID id, UUID mailbox, long uidValidity, long uid) throws MailException {
        Optional<MailboxRow> found = mailboxes.find(database, mailbox);
        List<MessageSummary> summaries = new ArrayList<>();
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
                link.imap().fetchSummaries(UidSet.of(List.of(uid)), summary -> {
                    if (summary.uid() == uid) {
                        summaries.add(summary);
                    }
                });
            }
            live = uid >= found.get().liveFrom();
        }
        MailEvent.Source source = live ? MailEvent.Source.LIVE : MailEvent.Source.IMPORT;
        intake.take(
                link,
                mailbox,
                uidValidity,
                summaries,
                live,
                source,
                tx -> tx.execute(
                        "update quarantine set state = 'resolved', raw = null, updated_at = now() where id = $1 and state = 'retrying'",
                        id));
    }
}

package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.sync.access.Viewer;
import dev.mailroom.sync.message.MessageQueries;
import dev.mailroom.sync.ownership.FencedException;
import dev.mailroom.sync.removal.RemovedAccounts;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An account with 20,000 messages is removed. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class RemovalTest extends HandDrivenSession {
    private static final int COPIES = 20_000;
    private static final int ALSO_ELSEWHERE = 100;

    @Inject
    RemovedAccounts removal;

    @Inject
    MessageQueries messages;

    private final UUID other = UUID.randomUUID();
    private Viewer owner;

    @BeforeEach
    void fill() {
        owner = new Viewer(organization, Scene.TESTER, false);
        store(other, "1y");
        UUID mailbox = mailbox(account);
        UUID elsewhere = mailbox(other);
        // Two messages make a conversation; some messages lie in the other account too.
        database.execute("""
                insert into conversation (id, organization_id, subject, messages, last_activity_at)
                select md5($1::uuid::text || 'c' || n)::uuid, $1::uuid, 'subject', 2, now() from generate_series(0, $2::int / 2 - 1) n
                """, organization, COPIES);
        database.execute("""
                insert into conversation_reference (organization_id, reference, conversation_id)
                select $1::uuid, sha256(convert_to('r' || n, 'UTF8')), md5($1::uuid::text || 'c' || n)::uuid from generate_series(0, $2::int / 2 - 1) n
                """, organization, COPIES);
        database.execute("""
                insert into message (id, organization_id, conversation_id, content_key, subject, preview, body, content, delivered_at,
                                     size_bytes)
                select md5($1::uuid::text || n)::uuid, $1::uuid, md5($1::uuid::text || 'c' || n / 2)::uuid, sha256(convert_to('k' || n, 'UTF8')),
                       'subject', '', 'secret', '{"in_reply_to": [], "references": [], "to": [], "cc": [], "bcc": [], "reply_to": [],
                       "attachments": []}', now() - n * interval '1 minute', 10
                from generate_series(0, $2::int - 1) n
                """, organization, COPIES);
        copies(mailbox, account, COPIES);
        copies(elsewhere, other, ALSO_ELSEWHERE);
        database.execute(
                "insert into sighting (account_id, message_id) select account_id, message_id from copy where account_id = any($1)",
                (Object) new UUID[] {account, other});
        database.execute(
                "insert into provider_message (account_id, provider_id, message_id) select account_id, uid, message_id from copy "
                        + "where account_id = any($1) and uid <= 300",
                (Object) new UUID[] {account, other});
    }

    @AfterEach
    void dropTriggers() {
        database.execute("drop table if exists purge_log cascade");
        database.execute("drop function if exists log_purge cascade");
    }

    private UUID mailbox(UUID of) {
        UUID id = UUID.randomUUID();
        database.execute("""
                insert into mailbox (id, account_id, organization_id, raw_name, delimiter, path) values ($1, $2, $3, 'INBOX', '/', '{INBOX}')
                """, id, of, organization);
        return id;
    }

    private void copies(UUID mailbox, UUID of, int number) {
        database.execute("""
                insert into copy (mailbox_id, uid_validity, uid, account_id, message_id, flags, seen, flagged, internal_date, message_at)
                select $1, 1, n + 1, $2, md5($3::uuid::text || n)::uuid, '{}', false, false, now(), now() - n * interval '1 minute'
                from generate_series(0, $4::int - 1) n
                """, mailbox, of, organization, number);
    }

    @Test
    void itsContentIsGoneAtOnceAndItsRowsInSmallTransactions() {
        // Given
        countDeletions("null");
        UUID only = message(COPIES - 1);
        UUID both = message(0);
        assertThat(messages.find(owner, only)).isPresent();

        // When
        database.inTransaction(tx -> accounts.apply(tx, SHARD, new AccountEvent.Removed(account, organization, 2)));

        // Then
        assertThat(messages.find(owner, only)).isEmpty();
        assertThat(messages.find(owner, both)).isPresent();
        assertThat(count("copy")).isEqualTo(COPIES);
        int transactions = removal.purge(fence, new RemovedAccounts.Removed(account, organization));
        assertThat(transactions).isGreaterThan(COPIES / 250);
        assertThat(number("select max(rows) from (select sum(rows) as rows from purge_log group by tx, relation) t"))
                .isLessThanOrEqualTo(2_000);
        assertThat(
                        number(
                                "select max(rows) from (select sum(rows) as rows from purge_log where relation = 'copy' group by tx) t"))
                .isLessThanOrEqualTo(250);
        assertThat(
                        number(
                                "select max(rows) from (select sum(rows) as rows from purge_log where relation = 'message' group by tx) t"))
                .isLessThanOrEqualTo(250);
        assertThat(count("copy")).isZero();
        assertThat(count("mailbox")).isZero();
        assertThat(count("sighting")).isZero();
        assertThat(count("provider_message")).isZero();
        assertThat(number("select count(*) from message where organization_id = '" + organization + "'"))
                .isEqualTo(ALSO_ELSEWHERE);
        assertThat(number("select count(*) from conversation where organization_id = '" + organization + "'"))
                .isEqualTo(ALSO_ELSEWHERE / 2);
        assertThat(number("select count(*) from conversation_reference where organization_id = '" + organization + "'"))
                .isEqualTo(ALSO_ELSEWHERE / 2);
        assertThat(number("select count(*) from account where id = '" + account + "' and purged_at is not null"))
                .isEqualTo(1);
        assertThat(messages.find(owner, both)).isPresent();
    }

    @Test
    void whatIsInterruptedIsAWholeStateAndGoesOn() {
        // Given a database that breaks off at the twentieth transaction
        database.inTransaction(tx -> accounts.apply(tx, SHARD, new AccountEvent.Removed(account, organization, 2)));
        countDeletions("20");

        // When
        RemovedAccounts.Removed removed = new RemovedAccounts.Removed(account, organization);
        assertThatThrownBy(() -> removal.purge(fence, removed)).hasMessageContaining("broken off");

        // Then
        assertThat(count("copy")).isBetween(1L, COPIES - 1L);
        assertThat(number("select count(*) from message m where organization_id = '" + organization
                        + "' and not exists (select 1 from copy c where c.message_id = m.id)"))
                .isZero();
        assertThat(number("select count(*) from conversation v where organization_id = '" + organization
                        + "' and not exists (select 1 from message m where m.conversation_id = v.id)"))
                .isZero();
        dropTriggers();
        database.execute("update shard set epoch = epoch + 1 where id = $1", SHARD);
        assertThatThrownBy(() -> removal.purge(fence, removed)).isInstanceOf(FencedException.class);
        removal.purge(new dev.mailroom.sync.ownership.Fence(SHARD, fence.epoch() + 1), removed);
        assertThat(count("copy")).isZero();
        assertThat(count("mailbox")).isZero();
    }

    @Test
    void itsCommandsFail() {
        UUID command = UUID.randomUUID();
        database.inTransaction(tx -> commands.accept(
                tx,
                new MailCommand.MarkRead(command, account, organization, message(1), Origin.user(UUID.randomUUID()))));
        database.inTransaction(tx -> accounts.apply(tx, SHARD, new AccountEvent.Removed(account, organization, 2)));

        removal.purge(fence, new RemovedAccounts.Removed(account, organization));

        assertThat(scene.awaitMail(account, "command.failed", Scene.command(command))
                        .data()
                        .path("reason")
                        .asText())
                .isEqualTo("account_removed");
    }

    /** Writes down how many rows each transaction deletes. @param breakAt number of transactions, or {@code null} */
    private void countDeletions(String breakAt) {
        database.execute("create table purge_log (tx bigint, relation text, rows bigint)");
        database.execute("""
                create function log_purge() returns trigger language plpgsql as $$
                begin
                    insert into purge_log select txid_current(), tg_table_name, count(*) from gone;
                    if (select count(distinct tx) from purge_log) >= %s then
                        raise exception 'broken off';
                    end if;
                    return null;
                end $$
                """.formatted(breakAt));
        for (String table : new String[] {"copy", "message", "conversation", "conversation_reference", "sighting"}) {
            database.execute("create trigger log_purge after delete on " + table
                    + " referencing old table as gone for each statement execute function log_purge()");
        }
    }

    private UUID message(int number) {
        return database.first("select md5($1::uuid::text || $2::int)::uuid as id", organization, number)
                .orElseThrow()
                .getUUID("id");
    }

    private long number(String sql) {
        return Scene.count(sql);
    }
}

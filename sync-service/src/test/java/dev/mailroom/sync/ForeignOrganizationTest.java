package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.sync.connection.Link;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What comes from Kafka with the name of another organization does nothing. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class ForeignOrganizationTest extends Colleagues {
    @Test
    void anAccountEventOfAnotherOrganizationChangesNothing() throws Exception {
        Example example = example(Sharing.PERSONAL);
        AccountState theirs = state(example.account(), Sharing.EVERYONE, 9);
        AccountState foreign = new AccountState(
                theirs.account(),
                UUID.randomUUID(),
                theirs.revision(),
                theirs.kind(),
                theirs.displayName(),
                theirs.email(),
                theirs.username(),
                theirs.imap(),
                theirs.smtp(),
                theirs.history(),
                false,
                9,
                theirs.addresses(),
                theirs.sharing(),
                theirs.createdAt(),
                bert.user(),
                theirs.audience(),
                theirs.aliases());

        boolean changed = database.inTransaction(tx -> accounts.apply(tx, SHARD, new AccountEvent.Changed(foreign)));
        boolean removed = database.inTransaction(tx ->
                accounts.apply(tx, SHARD, new AccountEvent.Removed(example.account(), foreign.organization(), 10)));

        assertThat(changed).isFalse();
        assertThat(removed).isFalse();
        var row = database.first(
                        "select owner_id, everyone, removed, revision from account where id = $1", example.account())
                .orElseThrow();
        assertThat(row.getUUID("owner_id")).isEqualTo(anna.user());
        assertThat(row.getBoolean("everyone")).isFalse();
        assertThat(row.getBoolean("removed")).isFalse();
        assertThat(row.getLong("revision")).isEqualTo(1);
    }

    @Test
    void aCommandFindsNoMessageOfAnotherAccount() throws Exception {
        Example theirs = example(Sharing.PERSONAL);
        UUID command = UUID.randomUUID();

        database.inTransaction(tx -> commands.accept(
                tx,
                new MailCommand.Trash(command, account, organization, theirs.other(), Origin.user(UUID.randomUUID()))));
        runner.run(new Link(server, accounts.find(database, account).orElseThrow(), fence, Instant.now()));

        assertThat(scene.awaitMail(account, "command.failed", Scene.command(command))
                        .data()
                        .path("reason")
                        .asText())
                .isEqualTo("message_unknown");
    }

    @Test
    void aCommandOfAnotherOrganizationIsRefused() throws Exception {
        Example example = example(Sharing.PERSONAL);
        UUID command = UUID.randomUUID();

        boolean planned = database.inTransaction(tx -> commands.accept(
                tx,
                new MailCommand.Trash(
                        command, example.account(), UUID.randomUUID(), example.other(), Origin.user(anna.user()))));

        assertThat(planned).isFalse();
        assertThat(scene.awaitMail(example.account(), "command.failed", Scene.command(command))
                        .data()
                        .path("reason")
                        .asText())
                .isEqualTo("account_unknown");
    }
}

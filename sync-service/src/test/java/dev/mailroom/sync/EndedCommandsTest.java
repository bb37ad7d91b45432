package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Commands that no session can do. */
@QuarkusTest
@SyncTest
class EndedCommandsTest extends HandDrivenSession {
    @Test
    void aCommandWhoseAccountDoesNotComeFailsWhenPatienceEnds() {
        MailCommand.CreateLabel command = label(UUID.randomUUID(), organization);
        assertThat(database.<Boolean>inTransaction(tx -> commands.accept(tx, command)))
                .isTrue();
        database.inTransaction(tx -> commands.endUnclaimed(tx, Instant.now().minusSeconds(600)));
        assertThat(stateOf(command)).isEqualTo("planned");

        database.inTransaction(tx -> commands.endUnclaimed(tx, Instant.now().plusSeconds(60)));

        LoggedRecord failed = scene.awaitMail(command.account(), "command.failed", Scene.command(command.command()));
        assertThat(failed.data().path("reason").asText()).isEqualTo("account_unknown");
    }

    @Test
    void aCommandThatCameBeforeAnAccountOfAnotherOrganizationIsNotDone() throws Exception {
        UUID later = UUID.randomUUID();
        MailCommand.CreateLabel command = label(later, UUID.randomUUID());
        database.inTransaction(tx -> commands.accept(tx, command));
        store(later, "1y");

        runner.run(new Link(server, accounts.find(database, later).orElseThrow(), fence, Instant.now()));

        assertThat(stateOf(command)).isEqualTo("planned");
        assertThat(commands.nextDue(database, later)).isEmpty();
        database.inTransaction(tx -> commands.endUnclaimed(tx, Instant.now().plusSeconds(60)));
        scene.awaitMail(later, "command.failed", Scene.command(command.command()));
    }

    @Test
    void theOpenCommandsOfARemovedAccountFailAudibly() {
        UUID removed = UUID.randomUUID();
        AccountState state = Scene.state(organization, removed, "user", 993, "none", 1, 1);
        scene.publish(new AccountEvent.Connected(state));
        org.awaitility.Awaitility.await()
                .until(() -> accounts.find(database, removed).isPresent());
        MailCommand.CreateLabel open = label(removed, organization);
        scene.publish(open);
        org.awaitility.Awaitility.await()
                .until(() -> database.first("select 1 from command where id = $1", open.command())
                        .isPresent());

        scene.publish(new AccountEvent.Removed(removed, organization, 2));

        LoggedRecord failed = scene.awaitMail(removed, "command.failed", Scene.command(open.command()));
        assertThat(failed.data().path("reason").asText()).isEqualTo("account_removed");
        MailCommand.CreateLabel late = label(removed, organization);
        scene.publish(late);
        LoggedRecord refused = scene.awaitMail(removed, "command.failed", Scene.command(late.command()));
        assertThat(refused.data().path("reason").asText()).isEqualTo("account_unknown");
    }

    private static MailCommand.CreateLabel label(UUID account, UUID organization) {
        return new MailCommand.CreateLabel(
                UUID.randomUUID(), account, organization, "Later", Origin.user(UUID.randomUUID()));
    }

    private String stateOf(MailCommand command) {
        return database.first("select state from command where id = $1", command.command())
                .orElseThrow()
                .getString("state");
    }
}

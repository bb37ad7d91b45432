package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.testkit.LoggedRecord;
import dev.mailroom.testkit.imap.provider.Provider;
import dev.mailroom.testkit.imap.provider.ProviderServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What single providers do, and no other. Each test has providers of its own. */
class ProviderOddities extends FlowContract {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final List<LocalProvider> servers = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private ProviderServer provider;

    @Override
    void end() throws Exception {
        scene.forgetAccounts();
        for (LocalProvider running : servers) {
            running.close();
        }
    }

    private void at(Provider one) throws Exception {
        LocalProvider started = new LocalProvider(one);
        servers.add(started);
        server = started;
        provider = started.provider();
    }

    @Test
    void anIdleThatDiesInSilenceIsNotReliedOn() throws Exception {
        at(Provider.NETEASE);
        Connected user = connected();
        try (ImapSession other = otherProgram(user)) {
            assertThat(isPush(user.account(), "idle")).isTrue();

            // What comes between two short waits is no proof; three times of those that are one suffice.
            for (int i = 1; !isPush(user.account(), "poll"); i++) {
                assertThat(i).isLessThanOrEqualTo(20);
                receive(other, user.account(), "Not announced " + i);
            }
            receive(other, user.account(), "Found by looking");
        }
        api().get("/v1/sync/accounts/{id}", user.account())
                .then()
                .statusCode(200)
                .body("push", org.hamcrest.Matchers.equalTo("poll"))
                .body("lag_s", org.hamcrest.Matchers.lessThan(30));
    }

    @Test
    void whatProvidersSayWhenThereAreTooManyIsNoWrongPassword() throws Exception {
        for (Provider one : Provider.values()) {
            at(one);
            provider.refuseLogins(tooMany(one));
            String user = server.newUser();
            AccountState account = scene.connect(organization, user, server.port(), "none");

            LoggedRecord throttled = scene.awaitState(account.account(), "throttled");
            provider.refuseLogins(null);
            scene.awaitState(account.account(), "live");

            assertThat(throttled.data().path("state").asText()).as(one.name()).isEqualTo("throttled");
            assertThat(scene.status.records().stream()
                            .filter(record -> account.account().toString().equals(record.key()))
                            .map(record -> record.data().path("state").asText()))
                    .as(one.name())
                    .doesNotContain("auth_failed");
        }
    }

    private static String tooMany(Provider provider) {
        return switch (provider) {
            case GMAIL -> "[ALERT] Too many simultaneous connections. (Failure)";
            case YAHOO -> "[LIMIT] LOGIN Rate limit hit.";
            case EXCHANGE -> "Server Unavailable. 15";
            case COURIER -> "[ALERT] Maximum connection limit reached for this user";
            case ICLOUD -> "[UNAVAILABLE] Maximum number of connections from user+IP exceeded";
            case NETEASE -> "Account is throttled. Suggested Backoff Time: 100 milliseconds";
        };
    }

    @Test
    void aServerThatGivesUidsOutAgainLosesNothing() throws Exception {
        at(Provider.YAHOO);
        Connected user = connected();
        try (ImapSession other = otherProgram(user)) {
            receive(other, user.account(), "Stays");
            receive(other, user.account(), "Lost by the server");

            provider.rewindInbox(user.user(), 1);
            LoggedRecord gone = scene.awaitMail(user.account(), "message.deleted", record -> true);
            receive(other, user.account(), "Has the number of the lost one");

            assertThat(gone.data().path("last_copy").asBoolean()).isTrue();
            letItLookAgain(user.account());
            assertThat(scene.mailOf(user.account(), "message.received")).hasSize(3);
            assertThat(scene.mailOf(user.account(), "message.deleted")).hasSize(1);
        }
    }

    @Test
    void aMessageIsOneHoweverManyLabelsItHas() throws Exception {
        at(Provider.GMAIL);
        String user = server.newUser();
        try (ImapSession other = Scene.otherProgram(user, server.port())) {
            other.create(named(other, "Work"), null);
            append(other, MailboxName.INBOX, "labelled@example.net", "Labelled", "");
            other.select(MailboxName.INBOX, null);
            other.copy(other.searchSince(null), named(other, "Work"));
            append(other, named(other, "[Gmail]", "All Mail"), "archived@example.net", "Archived", "");

            AccountState account = scene.connect(organization, user, server.port(), "1y");
            scene.awaitState(account.account(), "live");
            append(other, MailboxName.INBOX, "new@example.net", "New", "");
            scene.awaitMail(account.account(), "message.received", Scene.subject("New"));
            letItLookAgain(account.account());

            assertThat(scene.mailOf(account.account(), "message.imported"))
                    .extracting(record ->
                            record.data().path("message").path("subject").asText())
                    .containsExactlyInAnyOrder("Labelled", "Archived");
            assertThat(scene.mailOf(account.account(), "message.received")).hasSize(1);
            assertThat(scene.mailOf(account.account(), "message.moved")).isEmpty();
            assertThat(scene.mailOf(account.account(), "message.deleted")).isEmpty();
        }
    }

    @Test
    void deletingIsMovingToTheTrash() throws Exception {
        at(Provider.GMAIL);
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user)) {
            UUID message = receive(other, account, "To the trash");
            succeeds(account, message, applyLabel("Keep"));
            letItLookAgain(account);

            assertThat(succeeds(account, message, MailCommand.Trash::new)).isEqualTo("moved");

            MailboxName trash = movedTo(other, account, "trash", 1);
            assertThat(flagsIn(other, trash)).hasSize(1);
            assertThat(flagsIn(other, named(other, "[Gmail]", "All Mail"))).isEmpty();
            assertThat(flagsIn(other, named(other, "Keep"))).isEmpty();
            toldOnce(account, 1);
            other.select(trash, null);
            other.remove(other.searchSince(null));
            LoggedRecord deleted = scene.awaitMail(account, "message.deleted", Scene.about(message.toString()));
            assertThat(deleted.data().path("last_copy").asBoolean()).isTrue();
        }
    }

    @Test
    void whatAnotherProgramArchivesHasMovedToTheArchive() throws Exception {
        at(Provider.GMAIL);
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user)) {
            UUID message = receive(other, account, "Archived elsewhere");
            letItLookAgain(account);

            other.select(MailboxName.INBOX, null);
            other.storeFlags(other.searchSince(null), true, Set.of("\\Deleted"));

            LoggedRecord moved = scene.awaitMail(account, "message.moved", Scene.about(message.toString()));
            assertThat(moved.data().path("to").path("role").asText()).isEqualTo("archive");
            toldOnce(account, 1);
        }
    }

    /** "Command Error. 10" for a line that is too long, "Command Argument Error. 11" for what is wrong in an attached message. */
    @Test
    void aSentMessageThatExchangeDoesNotTakeIsWrittenInAnotherWay() throws Exception {
        at(Provider.EXCHANGE);
        Connected user = connected();
        String attached = """
                From: Ana <ana@example.com>
                To: bo@example.net
                Subject: Sent with another
                Message-ID: <attached@example.com>
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary="b"

                --b
                Content-Type: text/plain

                See below
                --b
                Content-Type: message/rfc822

                Subject: =?utf-8?Q?never ended

                Old text
                --b--
                """.replace("\n", "\r\n");

        assertThat(appendSent(user, "long", mailOf("Sent long", "x".repeat(5_000))))
                .isEqualTo("appended");
        assertThat(appendSent(user, "attached", attached)).isEqualTo("appended");

        LoggedRecord longLine = scene.awaitMail(user.account(), "message.received", Scene.subject("Sent long"));
        assertThat(longLine.data().path("message").path("text").asText()).startsWith("xxxxxxxxxx");
        LoggedRecord withFile = scene.awaitMail(user.account(), "message.received", Scene.subject("Sent with another"));
        assertThat(withFile.data().path("message").path("text").asText()).contains("See below");
        assertThat(withFile.data().path("message").path("attachments")).hasSize(1);
        toldOnce(user.account(), 2);
    }

    @Test
    void aSentMessageThatIsTakenInNoWayIsKeptHereAndSaysSo() throws Exception {
        at(Provider.EXCHANGE);
        Connected user = connected();
        provider.refuseAppends(user.user(), "BAD Command Error. 10");
        UUID outgoing = UUID.randomUUID();
        Scene.outgoing(outgoing, mailOf("Sent and refused", "x".repeat(5_000)));

        UUID command = UUID.randomUUID();
        scene.publish(sent(command, user.account(), outgoing, "refused"));
        LoggedRecord failed = scene.awaitMail(user.account(), "command.failed", Scene.command(command));

        assertThat(failed.data().path("reason").asText()).isEqualTo("copy_refused");
        assertThat(failed.data().path("detail").asText()).contains("was sent", "Command Error. 10");
        assertThat(provider.said(user.user()).stream().filter(line -> line.startsWith("APPEND")))
                .as("as it is, and once in another way")
                .hasSize(2);
    }

    /** Nothing else stops, and people see why. */
    @Test
    void copiesWaitUntilAFullMailboxHasRoom() throws Exception {
        at(Provider.YAHOO);
        Connected user = connected();
        UUID account = user.account();
        provider.refuseAppends(user.user(), "NO [OVERQUOTA] Mailbox is full");
        UUID outgoing = UUID.randomUUID();
        Scene.outgoing(outgoing, mailOf("Sent when full", "Text"));
        UUID command = UUID.randomUUID();

        scene.publish(sent(command, account, outgoing, "full"));

        LoggedRecord full = scene.awaitState(account, "needs_action");
        assertThat(full.data().path("category").asText()).isEqualTo("over_quota");
        provider.refuseAppends(user.user(), null);
        try (ImapSession other = otherProgram(user)) {
            UUID message = receive(other, account, "Comes in all the same");
            assertThat(succeeds(account, message, MailCommand.MarkRead::new)).isEqualTo("done");
        }
        assertThat(scene.mailOf(account, "command.failed")).isEmpty();

        // Its time has come.
        Scene.execute("update account set append_after = now() where id = '" + account + "'");
        Scene.execute("update command set not_before = now() where id = '" + command + "'");
        try (ImapSession other = otherProgram(user)) {
            receive(other, account, "Wakes the session");
        }
        scene.awaitMail(account, "command.succeeded", Scene.command(command));
        await("live again")
                .atMost(SOON)
                .until(() -> Scene.count("select count(*) from account where id = '" + account + "' and state = 'live'")
                        == 1);
    }

    private static String mailOf(String subject, String body) {
        return new String(
                Scene.mail(subject.substring(5).replace(' ', '-') + "@example.com", subject, "", body),
                StandardCharsets.UTF_8);
    }

    private MailCommand.AppendSent sent(UUID command, UUID account, UUID outgoing, String name) {
        return new MailCommand.AppendSent(
                command,
                account,
                organization,
                outgoing,
                "<" + name + "@example.com>",
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                new Origin(Origin.Kind.SEND, outgoing, null, 0));
    }

    private String appendSent(Connected user, String name, String raw) {
        UUID outgoing = UUID.randomUUID();
        Scene.outgoing(outgoing, raw);
        return succeeds(user.account(), (id, on) -> sent(id, on, outgoing, name));
    }

    private static boolean isPush(UUID account, String push) {
        return Scene.count("select count(*) from account where id = '" + account + "' and push = '" + push + "'") == 1;
    }
}

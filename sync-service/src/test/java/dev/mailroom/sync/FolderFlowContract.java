package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.testkit.LoggedRecord;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What people and other programs do with folders, and messages that could not be taken in. */
abstract class FolderFlowContract extends CommandFlowContract {
    @Test
    void archivesWhereThePersonSaid() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user)) {
            other.create(named(other, "Done"), null);
            String done = mailbox(awaitFolder(account, "mailbox.created", "Done"));
            api().contentType("application/json")
                    .body("{\"role\": \"archive\"}")
                    .patch("/v1/mailboxes/{id}", done)
                    .then()
                    .statusCode(200)
                    .body("role", equalTo("archive"))
                    .body("role_source", equalTo("user"));
            UUID message = receive(other, account, "Chosen");

            assertThat(succeeds(account, message, MailCommand.Archive::new)).isEqualTo("moved");

            assertThat(flagsIn(other, named(other, "Done"))).hasSize(1);
            assertThat(flagsIn(other, MailboxName.INBOX)).isEmpty();
            movedTo(other, account, "archive", 1);
            toldOnce(account, 1);
            List<String> archives = api().queryParam("account", account)
                    .get("/v1/mailboxes")
                    .then()
                    .extract()
                    .path("data.findAll { it.role == 'archive' }.id");
            assertThat(archives).containsExactly(done);
        }
    }

    @Test
    void tellsARenamedFolderAndKeepsItsMessages() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user);
                FolderAdmin admin = new FolderAdmin(user.user(), server.port())) {
            UUID message = receive(other, account, "Renamed with its folder");
            succeeds(account, message, applyLabel("Before"));
            letItLookAgain(account);
            String before = mailbox(awaitFolder(account, "mailbox.created", "Before"));

            admin.rename(named(other, "Before").raw(), named(other, "After").raw());

            LoggedRecord renamed = awaitFolder(account, "mailbox.renamed", "After");
            assertThat(mailbox(renamed)).isEqualTo(before);
            assertThat(lastLevel(renamed.data().path("previous_path"))).isEqualTo("Before");
            assertThat(succeeds(account, message, applyLabel("After"))).isEqualTo("already");
            toldOnce(account, 1);
            assertThat(scene.mailOf(account, "message.moved")).isEmpty();
            assertThat(scene.mailOf(account, "mailbox.deleted")).isEmpty();
        }
    }

    @Test
    void tellsADeletedFolderAndItsMessages() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user);
                FolderAdmin admin = new FolderAdmin(user.user(), server.port())) {
            UUID elsewhereToo = receive(other, account, "Also in the inbox");
            succeeds(account, elsewhereToo, applyLabel("Doomed"));
            append(other, named(other, "Doomed"), messageId("Only there"), "Only there", "");
            LoggedRecord received = scene.awaitMail(account, "message.received", Scene.subject("Only there"));
            String onlyThere = received.data().path("message").path("id").asText();

            admin.delete(named(other, "Doomed").raw());

            LoggedRecord gone = scene.awaitMail(account, "message.deleted", Scene.about(onlyThere));
            assertThat(gone.data().path("last_copy").asBoolean()).isTrue();
            LoggedRecord stays = scene.awaitMail(account, "message.deleted", Scene.about(elsewhereToo.toString()));
            assertThat(stays.data().path("last_copy").asBoolean()).isFalse();
            awaitFolder(account, "mailbox.deleted", "Doomed");
            letItLookAgain(account);
            assertThat(scene.mailOf(account, "message.deleted")).hasSize(2);
            assertThat(scene.mailOf(account, "mailbox.deleted")).hasSize(1);
            assertThat(scene.mailOf(account, "message.received")).hasSize(2);
        }
    }

    @Test
    void aMessageInQuarantineIsTakenInWhenSomebodyAsks() throws Exception {
        Connected user = connected();
        UUID account = user.account();
        try (ImapSession other = otherProgram(user)) {
            String subject = "Poison " + account;
            String poison = "poison_" + account.toString().replace('-', '_');
            Scene.execute("alter table message add constraint %s check (subject <> '%s') not valid"
                    .formatted(poison, subject));
            String id;
            try {
                append(other, MailboxName.INBOX, messageId(subject), subject, "");
                id = scene.awaitMail(account, "message.quarantined", record -> true)
                        .data()
                        .path("quarantine")
                        .asText();
                // What comes after it is not held up.
                receive(other, account, "Healthy");
            } finally {
                Scene.execute("alter table message drop constraint " + poison);
            }
            api().queryParam("account", account)
                    .get("/v1/quarantine")
                    .then()
                    .statusCode(200)
                    .body("data.id", equalTo(List.of(id)))
                    .body("data[0].raw_kept", equalTo(true));

            api().post("/v1/quarantine/{id}/retry", id).then().statusCode(202);

            scene.awaitMail(account, "message.received", Scene.subject(subject));
            letItLookAgain(account);
            assertThat(scene.mailOf(account, "message.received")).hasSize(2);
            assertThat(scene.mailOf(account, "message.quarantined")).hasSize(1);
            api().queryParam("account", account)
                    .get("/v1/quarantine")
                    .then()
                    .statusCode(200)
                    .body("data", equalTo(List.of()));
            api().post("/v1/quarantine/{id}/retry", id).then().statusCode(404);
        }
    }

    LoggedRecord awaitFolder(UUID account, String type, String name) {
        return scene.awaitMail(
                account,
                type,
                record -> lastLevel(record.data().path("mailbox").path("path")).equals(name));
    }

    static String mailbox(LoggedRecord record) {
        return record.data().path("mailbox").path("id").asText();
    }
}

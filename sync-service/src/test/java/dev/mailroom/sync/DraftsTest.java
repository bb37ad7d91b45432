package dev.mailroom.sync;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.Origin;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.MailboxStatus;
import dev.mailroom.mailclient.imap.SpecialUse;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.sync.mailbox.Reconciliation;
import dev.mailroom.sync.session.MailboxSweep;
import dev.mailroom.testkit.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Drafts are somebody's unfinished business: they stay with the provider, whatever a person says that other folders are for. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class DraftsTest extends HandDrivenSession {
    @Inject
    MailboxSweep sweep;

    @Inject
    Reconciliation reconciliation;

    @Test
    void draftsAreNeverTold() throws Exception {
        MailboxName drafts = server.folder("Drafts");
        folders.refresh(link());
        server.deliver(drafts, mail("draft"), Instant.now());

        for (MailboxRow row : mailboxes.ofAccount(database, account)) {
            check.check(link(), row.id(), MailboxLook.Depth.ALL, MailEvent.Source.LIVE);
        }

        assertThat(count("copy")).isZero();
    }

    @Test
    void whereTheServerKeepsItsDraftsIsNoMailWhenAnotherFolderIsForDrafts() throws Exception {
        // Given
        MailboxName drafts = serversDrafts();
        change("Ideas", "\"drafts\"").statusCode(200).body("role", equalTo("drafts"));
        server.deliver(drafts, mail("draft"), Instant.now());

        // When
        folders.refresh(link());
        look("Kladde", MailboxLook.Depth.ALL);

        // Then
        assertThat(count("copy")).isZero();
        MailboxStatus saved = new MailboxStatus(1, 0, 2, 0, 0);
        assertThat(sweep.follow(link(), Map.of("Kladde", saved))).isEmpty();
    }

    @Test
    void whatIsNotFollowedIsNotComparedAndNotWaitedFor() throws Exception {
        serversDrafts();
        change("Ideas", "\"drafts\"").statusCode(200);
        database.execute(
                "update mailbox set import_state = 'done', created_at = created_at - interval '25 hours'"
                        + " where account_id = $1",
                account);

        assertThat(reconciliation.slice(link())).as("INBOX").isTrue();
        assertThat(reconciliation.slice(link())).as("none is left").isFalse();

        person().get("/v1/sync/accounts/{id}", account)
                .then()
                .statusCode(200)
                .body("reconcile.checked_at", notNullValue());
    }

    @Test
    void whereTheServerKeepsItsDraftsIsForNothingElse() throws Exception {
        MailboxName drafts = serversDrafts();

        change("Kladde", "\"archive\"")
                .statusCode(409)
                .body("type", containsString("mailbox-holds-drafts"))
                .body("detail", containsString("drafts"));
        change("Kladde", "null").statusCode(200);
        server.deliver(drafts, mail("draft"), Instant.now());
        look("Kladde", MailboxLook.Depth.ALL);
        assertThat(count("copy")).isZero();

        change("Kladde", "\"drafts\"").statusCode(200).body("role", equalTo("drafts"));
    }

    @Test
    void whereTheServerKeepsItsDraftsIsNoLabel() throws Exception {
        MailboxName drafts = serversDrafts();
        change("Ideas", "\"drafts\"").statusCode(200);
        server.deliver(MailboxName.INBOX, mail("offer"), Instant.now());
        checkInbox(link());
        Origin person = Origin.user(UUID.randomUUID());
        UUID label = accept(
                new MailCommand.ApplyLabel(UUID.randomUUID(), account, organization, onlyMessage(), "Kladde", person));

        runner.run(link());

        assertThat(scene.awaitMail(account, "command.failed", Scene.command(label))
                        .data()
                        .path("reason")
                        .asText())
                .isEqualTo("label_reserved");
        assertThat(server.of(drafts).messages).isEmpty();
    }

    /** A folder whose name says nothing; the server says what it is for. */
    private MailboxName serversDrafts() throws Exception {
        MailboxName drafts = server.folder("Kladde");
        server.specialUses.put(drafts, SpecialUse.DRAFTS);
        server.folder("Ideas");
        folders.refresh(link());
        assertThat(row("Kladde").followed()).isFalse();
        return drafts;
    }

    private ValidatableResponse change(String mailbox, String role) {
        return person().contentType("application/json")
                .body("{\"role\": " + role + "}")
                .patch("/v1/mailboxes/{id}", row(mailbox).id())
                .then();
    }

    private RequestSpecification person() {
        return given().header("Authorization", "Bearer " + TestTokens.token("owner", organization, "tester"));
    }
}

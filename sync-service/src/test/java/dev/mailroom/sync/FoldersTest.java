package dev.mailroom.sync;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.SpecialUse;
import dev.mailroom.sync.account.Accounts;
import dev.mailroom.sync.database.Sql;
import dev.mailroom.sync.database.Transaction;
import dev.mailroom.sync.mailbox.MailboxFinder;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.testkit.TestTokens;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What folders are called, and what they are for. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class FoldersTest extends HandDrivenSession {
    private static final byte[] RAW =
            "From: a@example.org\r\nSubject: doomed\r\n\r\nbody".getBytes(StandardCharsets.UTF_8);

    @Inject
    MailboxFinder finder;

    @Inject
    MeterRegistry metrics;

    @Test
    void takesInTenThousandFoldersWithFewStatements() throws Exception {
        for (int i = 1; i < 10_000; i++) {
            server.folder("folder" + i);
        }

        double before = statements();
        folders.refresh(link());
        assertThat(count("mailbox")).isEqualTo(10_000);
        assertThat(statements() - before).isLessThan(3_000);

        server.folders.keySet().removeIf(name -> name.raw().startsWith("folder"));
        folders.refresh(link());
        assertThat(database.first(
                                "select count(*) as n from mailbox where account_id = $1 and missing_since is not null",
                                account)
                        .orElseThrow()
                        .getLong("n"))
                .isEqualTo(9_999);
    }

    @Test
    void keepsTheBytesOfEveryNameAndKnowsItAgain() throws Exception {
        List<String> names = List.of(
                "A&B",
                "R&D/x",
                "&",
                "quo\"te",
                "back\\slash",
                "&2D3eAA-",
                "Entw\u00fcrfe",
                "Entw\u00c3\u00bcrfe",
                "line\r\nend",
                "tab\u0001stop",
                "CASE",
                "case",
                "parent/",
                "200" + "/level".repeat(200));
        names.forEach(server::folder);

        folders.refresh(link());
        List<MailboxRow> rows = mailboxes.ofAccount(database, account);
        folders.refresh(link());

        assertThat(rows).extracting(row -> row.name().raw()).containsAll(names).hasSize(names.size() + 1);
        assertThat(mailboxes.ofAccount(database, account)).isEqualTo(rows);
        assertThat(rows).filteredOn(row -> row.path().size() == 201).hasSize(1);
        assertThat(rows)
                .extracting(row -> row.path().getLast())
                .contains("A&B", "&", "😀", "Entwürfe", "tabstop", "parent", "line\r\nend");
    }

    @Test
    void aRoleThatNoMailboxHasAndNoneCanBeMadeForWaitsForAPerson() throws Exception {
        server.refusesCreate = true;
        server.folder("Done");
        folders.refresh(link());
        say(SyncStatus.State.LIVE);

        assertThat(finder.ofRole(link(), MailboxRole.ARCHIVE)).isEmpty();
        assertThat(finder.ofRole(link(), MailboxRole.ARCHIVE)).isEmpty();
        assertThat(finder.ofRole(link(), MailboxRole.TRASH)).isEmpty();
        assertThat(state()).isEqualTo("needs_action mailboxes_not_configured");

        change(mailbox("Done"), "archive").statusCode(200).body("role_source", equalTo("user"));
        assertThat(state()).as("the trash is still missing").isEqualTo("needs_action mailboxes_not_configured");
        assertThat(finder.ofRole(link(), MailboxRole.ARCHIVE).orElseThrow().id())
                .isEqualTo(mailbox("Done"));

        server.folder("Papierkorb");
        folders.refresh(link());
        assertThat(state()).isEqualTo("live null");
    }

    @Test
    void mailOfADeletedFolderWentWhenTheFolderDid() throws Exception {
        MailboxName doomed = server.folder("Doomed");
        folders.refresh(link());
        server.deliver(doomed, RAW, OLD);
        check.check(link(), mailbox("Doomed"), MailboxLook.Depth.ALL, MailEvent.Source.LIVE);
        UUID id = mailbox("Doomed");
        server.folders.remove(doomed);
        folders.refresh(link());
        database.execute("update mailbox set missing_since = missing_since - interval '1 minute' where id = $1", id);

        folders.refresh(link());

        assertThat(database.first(
                                "select c.vanished_at = m.missing_since as so from copy c join mailbox m on m.id = c.mailbox_id "
                                        + "where m.id = $1",
                                id)
                        .orElseThrow()
                        .getBoolean("so"))
                .isTrue();
    }

    @Test
    void makesAMailboxWhereOneIsNeededInTheLanguageOfTheOthers() throws Exception {
        server.folder("Gesendet");
        server.folder("Entwürfe");
        server.folder("Kunden/Archiv");
        folders.refresh(link());

        MailboxRow archive = finder.ofRole(link(), MailboxRole.ARCHIVE).orElseThrow();

        assertThat(archive.path()).containsExactly("Archiv");
        assertThat(archive.role()).isEqualTo(MailboxRole.ARCHIVE);
        assertThat(state()).doesNotContain("mailboxes_not_configured");
    }

    @Test
    void aLabelIsTheFolderThatLooksTheSame() throws Exception {
        String composed = "Caf\u00e9";
        String decomposed = "Cafe\u0301";
        server.folder(MailboxName.of(List.of(decomposed), '/', false).raw());
        folders.refresh(link());

        MailboxRow found = labelled(composed);

        assertThat(found.path()).containsExactly(decomposed);
        assertThat(finder.ofLabel(link(), decomposed).orElseThrow().id()).isEqualTo(found.id());

        // When it has come beside it, who names it gets it
        server.folder(MailboxName.of(List.of(composed), '/', false).raw());
        folders.refresh(link());
        assertThat(finder.ofLabel(link(), composed).orElseThrow().path()).containsExactly(composed);
        assertThat(finder.ofLabel(link(), decomposed).orElseThrow().path()).containsExactly(decomposed);
    }

    @Test
    void aLabelWithBlanksAtItsEndsIsTheFolderOfThisVeryName() throws Exception {
        server.folder("trail ");
        server.folder("Work/ lead");
        server.folder("Caf\u00e9 ");
        folders.refresh(link());

        assertThat(labelled("trail ").path()).containsExactly("trail ");
        assertThat(finder.ofLabel(link(), "Work/ lead").orElseThrow().path()).containsExactly("Work", " lead");
        assertThat(finder.ofLabel(link(), "Cafe\u0301 ").orElseThrow().path()).containsExactly("Caf\u00e9 ");
        assertThat(finder.ofLabel(link(), "trail")).isEmpty();
        assertThat(server.folders.keySet()).noneMatch(name -> name.raw().equals("trail"));

        // When there is none of this name, blanks do not count
        assertThat(labelled(" New / Box ").path()).containsExactly("New", "Box");
        assertThat(labelled("New/Box ").path()).containsExactly("New", "Box");

        // When both are there
        assertThat(labelled("trail").path()).containsExactly("trail");
        assertThat(labelled("trail ").path()).containsExactly("trail ");
    }

    @Test
    void aNewFolderHasTheNameThatOtherProgramsGiveIt() throws Exception {
        folders.refresh(link());

        MailboxRow made = labelled("Cafe\u0301/U\u0308ber");

        assertThat(made.path()).containsExactly("Caf\u00e9", "\u00dcber");
        assertThat(labelled("Cafe\u0301/U\u0308ber").id()).isEqualTo(made.id());
    }

    private MailboxRow labelled(String label) throws Exception {
        return Objects.requireNonNull(finder.ofLabelOrNew(link(), label).mailbox());
    }

    @Test
    void aRoleHasOneFolderAndAPersonIsToldWhichOne() throws Exception {
        server.folder("Archive");
        server.folder("Done");
        server.folder("Other");
        server.nodes.add(server.folder("Node"));
        folders.refresh(link());

        change(mailbox("Done"), "archive").statusCode(200).body("role", equalTo("archive"));
        change(mailbox("Other"), "archive").statusCode(409).body("detail", containsString("Done"));
        change(mailbox("Node"), "archive").statusCode(409).body("type", containsString("mailbox-holds-no-mail"));
        change(mailbox("INBOX"), "archive").statusCode(409).body("type", containsString("inbox-stays"));
        change(mailbox("Other"), "inbox").statusCode(400);
        folders.refresh(link());

        assertThat(roles()).containsExactly("Done archive user", "INBOX inbox special_use");
        change(mailbox("Done"), null).statusCode(200).body("role", nullValue());
        assertThat(roles()).containsExactly("Archive archive name", "INBOX inbox special_use");
        folders.refresh(link());
        assertThat(roles()).containsExactly("Archive archive name", "INBOX inbox special_use");
    }

    @Test
    void aRoleThatIsTakenBackGoesAtOnceToWhatTheServerSaysElseToAName() throws Exception {
        MailboxName store = server.folder("Store");
        server.specialUses.put(store, SpecialUse.ARCHIVE);
        server.specialUses.put(server.folder("All"), SpecialUse.ALL);
        server.folder("Archive");
        server.folder("Sent");
        server.folder("Done");
        folders.refresh(link());

        change(mailbox("Done"), "archive").statusCode(200);
        change(mailbox("Done"), null).statusCode(200).body("role", nullValue()).body("role_source", equalTo("user"));
        assertThat(roles()).containsExactly("INBOX inbox special_use", "Sent sent name", "Store archive special_use");

        change(mailbox("Store"), null).statusCode(200).body("role", nullValue());
        assertThat(roles()).containsExactly("All archive special_use", "INBOX inbox special_use", "Sent sent name");

        change(mailbox("All"), "sent").statusCode(200).body("role", equalTo("sent"));
        assertThat(roles()).containsExactly("All sent user", "Archive archive name", "INBOX inbox special_use");
        List<String> before = roles();
        folders.refresh(link());
        assertThat(roles()).isEqualTo(before);
    }

    @Test
    void whatTheServerSaysIsKnownAnewWhenItChanges() throws Exception {
        MailboxName one = server.folder("One");
        MailboxName two = server.folder("Two");
        server.folder("Done");
        server.specialUses.put(one, SpecialUse.ARCHIVE);
        folders.refresh(link());
        change(mailbox("Done"), "archive").statusCode(200);
        server.specialUses.remove(one);
        server.specialUses.put(two, SpecialUse.ARCHIVE);
        folders.refresh(link());

        change(mailbox("Done"), null).statusCode(200);

        assertThat(roles()).containsExactly("INBOX inbox special_use", "Two archive special_use");
    }

    @Test
    void whatAnOlderVersionListedKeepsItsRolesAndGetsNoneByGuessing() throws Exception {
        server.specialUses.put(server.folder("Store"), SpecialUse.ARCHIVE);
        server.specialUses.put(server.folder("Out"), SpecialUse.SENT);
        server.folder("Trash");
        server.folder("Archive");
        server.folder("Done");
        server.folder("Other");
        folders.refresh(link());
        change(mailbox("Done"), "archive").statusCode(200);
        database.execute("update mailbox set special_use = null where account_id = $1", account);

        change(mailbox("Done"), null).statusCode(200);
        assertThat(roles()).containsExactly("INBOX inbox special_use", "Out sent special_use", "Trash trash name");

        folders.refresh(link());
        assertThat(roles())
                .containsExactly(
                        "INBOX inbox special_use",
                        "Out sent special_use",
                        "Store archive special_use",
                        "Trash trash name");
    }

    /** Of the whole process: what the sessions of other tests do comes on top. */
    private double statements() {
        return metrics.get("mailroom_sync_statements").functionCounter().count();
    }

    private List<String> roles() {
        return mailboxes.ofAccount(database, account).stream()
                .filter(row -> row.role() != null)
                .map(row -> row.path().getLast() + " "
                        + String.valueOf(row.role()).toLowerCase(java.util.Locale.ROOT) + " " + row.roleSource())
                .toList();
    }

    private UUID mailbox(String name) {
        return mailboxes.ofAccount(database, account).stream()
                .filter(row -> row.name().equals(new MailboxName(name, '/')))
                .findFirst()
                .orElseThrow()
                .id();
    }

    private ValidatableResponse change(UUID mailbox, @Nullable String role) {
        return given().header("Authorization", "Bearer " + TestTokens.token("owner", organization, "tester"))
                .contentType("application/json")
                .body("{\"role\": " + (role == null ? "null" : "\"" + role + "\"") + "}")
                .patch("/v1/mailboxes/{id}", mailbox)
                .then();
    }

    private void say(SyncStatus.State state) {
        database.inTransaction((Transaction tx) -> Accounts.changeState(tx, account, state, null, null, Instant.now()));
    }

    private String state() {
        Sql sql = database;
        return sql.first("select state, state_category from account where id = $1", account)
                .map(row -> row.getString("state") + " " + row.getString("state_category"))
                .orElseThrow();
    }
}

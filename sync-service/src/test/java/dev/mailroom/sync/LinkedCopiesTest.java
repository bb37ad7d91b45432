package dev.mailroom.sync;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.testkit.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One message, sent by Anna and received by Bert: each sees his own copies of it. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class LinkedCopiesTest extends Colleagues {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final UUID annas = UUID.randomUUID();
    private final UUID berts = UUID.randomUUID();
    private final FakeImapSession annasServer = new FakeImapSession();
    private final FakeImapSession bertsServer = new FakeImapSession();
    private UUID message;

    @BeforeEach
    void sendAndReceive() throws Exception {
        MailboxName sent = annasServer.folder("Sent");
        MailboxName label = annasServer.folder("Secret project");
        Link annasLink = connect(annas, anna, annasServer);
        Link bertsLink = connect(berts, bert, bertsServer);
        String text = new String(
                Scene.mail("linked-" + annas + "@example.net", "Linked", "", "The text"), StandardCharsets.UTF_8);
        byte[] withBlind = text.replace("To: bo@example.com", "To: bo@example.com\r\nBcc: hidden@example.org")
                .getBytes(StandardCharsets.UTF_8);
        annasServer.deliver(sent, withBlind, Instant.now());
        annasServer.deliver(label, withBlind, Instant.now());
        look(annasLink);
        bertsServer.deliver(MailboxName.INBOX, text.getBytes(StandardCharsets.UTF_8), Instant.now());
        look(bertsLink);
        message = one("select distinct message_id as id from copy where account_id = $1", annas);
        assertThat(one("select distinct message_id as id from copy where account_id = $1", berts))
                .isEqualTo(message);
        database.execute(
                "update copy set seen = true, flagged = true, flags = '{\\Seen,\\Flagged}' where account_id = $1",
                annas);
    }

    private Link connect(UUID id, Person owner, FakeImapSession provider) throws Exception {
        tell(ownedBy(owner, state(id, Sharing.PERSONAL, 1)));
        Link link = new Link(provider, accounts.find(database, id).orElseThrow(), fence, Instant.now());
        folders.refresh(link);
        look(link);
        return link;
    }

    private void look(Link link) throws Exception {
        for (MailboxRow mailbox : mailboxes.ofAccount(database, link.accountId())) {
            check.check(link, mailbox.id(), MailboxLook.Depth.COUNTS, MailEvent.Source.LIVE);
        }
    }

    @Test
    void eachSeesFlagsAndLabelsOfHisOwnCopies() throws Exception {
        JsonNode toAnna = read(anna);
        JsonNode toBert = read(bert);

        assertThat(toAnna.path("labels").toString()).isEqualTo("[\"Secret project\"]");
        assertThat(toAnna.path("copies")).hasSize(2);
        assertThat(toAnna.path("unread").asBoolean()).isFalse();
        assertThat(toAnna.path("flagged").asBoolean()).isTrue();
        assertThat(toBert.path("labels")).isEmpty();
        assertThat(toBert.path("copies")).hasSize(1);
        assertThat(toBert.path("copies").path(0).path("account").asText()).isEqualTo(berts.toString());
        assertThat(toBert.path("unread").asBoolean()).isTrue();
        assertThat(toBert.path("flagged").asBoolean()).isFalse();
    }

    @Test
    void blindRecipientsAreForTheSenderAlone() throws Exception {
        assertThat(read(anna).path("bcc_fields").toString()).contains("hidden@example.org");
        assertThat(read(bert).path("bcc_fields")).isEmpty();
        assertThat(read(bert).toString()).doesNotContain("hidden");
    }

    @Test
    void aCommandActsOnTheOwnCopy() throws Exception {
        String command = as(bert).contentType("application/json")
                .body("{\"type\": \"mark_read\"}")
                .post("/v1/messages/{id}/commands", message)
                .then()
                .statusCode(202)
                .extract()
                .path("id");

        assertThat(as(bert).get("/v1/commands/{id}", command).then().extract().<String>path("account"))
                .isEqualTo(berts.toString());
        as(anna).get("/v1/commands/{id}", command).then().statusCode(404);
        as(bert).contentType("application/json")
                .body("{\"type\": \"mark_read\", \"account\": \"" + annas + "\"}")
                .post("/v1/messages/{id}/commands", message)
                .then()
                .statusCode(404);
    }

    @Test
    void theOwnAccountComesBeforeOneThatIsShared() {
        // Given Anna's account, whose copy is older, shared with everyone
        AccountState shared = ownedBy(anna, state(annas, Sharing.EVERYONE, 2));
        tell(shared);

        String command = as(bert).contentType("application/json")
                .body("{\"type\": \"mark_read\"}")
                .post("/v1/messages/{id}/commands", message)
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        String named = as(bert).contentType("application/json")
                .body("{\"type\": \"mark_read\", \"account\": \"" + annas + "\"}")
                .post("/v1/messages/{id}/commands", message)
                .then()
                .statusCode(202)
                .extract()
                .path("id");

        assertThat(as(bert).get("/v1/commands/{id}", command).then().extract().<String>path("account"))
                .isEqualTo(berts.toString());
        assertThat(as(bert).get("/v1/commands/{id}", named).then().extract().<String>path("account"))
                .isEqualTo(annas.toString());
    }

    /** An answer that only Anna has: Bert's view of the conversation must not know of it. */
    @Test
    void aConversationCountsWhatItsViewerSees() throws Exception {
        Link link = new Link(annasServer, accounts.find(database, annas).orElseThrow(), fence, Instant.now());
        annasServer.deliver(
                MailboxName.INBOX,
                Scene.mail(
                        "answer-" + annas + "@example.net",
                        "Secret answer",
                        "References: <linked-" + annas + "@example.net>\n",
                        "For Anna"),
                Instant.now().plusSeconds(60));
        look(link);
        UUID conversation = one("select conversation_id as id from message where id = $1", message);

        JsonNode toAnna =
                JSON.readTree(as(anna).get("/v1/conversations/" + conversation).asString());
        JsonNode toBert =
                JSON.readTree(as(bert).get("/v1/conversations/" + conversation).asString());
        JsonNode list =
                JSON.readTree(as(bert).get("/v1/conversations?view=inbox").asString());

        assertThat(toAnna.path("messages_count").asInt()).isEqualTo(2);
        assertThat(toBert.path("messages_count").asInt()).isEqualTo(1);
        assertThat(toBert.path("subject").asText()).isEqualTo("Linked");
        assertThat(toBert.path("last_activity_at").asText())
                .isLessThan(toAnna.path("last_activity_at").asText());
        assertThat(list.path("data")).hasSize(1);
        assertThat(list.path("data").path(0)).isEqualTo(toBert);
        assertThat(as(bert).get("/v1/conversations/" + conversation + "/messages")
                        .then()
                        .extract()
                        .<List<String>>path("data.subject"))
                .containsExactly("Linked");
    }

    private JsonNode read(Person person) throws Exception {
        return JSON.readTree(as(person).get("/v1/messages/" + message).asString());
    }

    private static RequestSpecification as(Person person) {
        return given().header(
                        "Authorization",
                        "Bearer " + TestTokens.token(person.role(), person.organization(), person.name()));
    }
}

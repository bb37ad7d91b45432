package dev.mailroom.sync;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.AccountState.Alias;
import dev.mailroom.contracts.AccountState.Audience;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.testkit.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The address that a reply is from, for whoever sees the message. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class ReplyFromTest extends Colleagues {
    private static final String MAIN = "user@example.com";
    private static final String SALES = "sales@xn--bcher-kva.example";

    private final UUID first = UUID.randomUUID();
    private final UUID second = UUID.randomUUID();
    private final Map<UUID, FakeImapSession> providers = new HashMap<>();

    private void tell(UUID account, String main, Audience audience, List<Alias> more) {
        AccountState plain = ownedBy(anna, Scene.state(organization, account, "user", 993, "1y", 1, 1));
        List<Alias> aliases = new java.util.ArrayList<>(List.of(alias(main, "Main", Audience.nobody())));
        aliases.addAll(more);
        tell(new AccountState(
                plain.account(),
                plain.organization(),
                plain.revision(),
                plain.kind(),
                plain.displayName(),
                plain.email(),
                main,
                plain.imap(),
                plain.smtp(),
                plain.history(),
                false,
                1,
                List.of(main),
                plain.sharing(),
                plain.createdAt(),
                anna.user(),
                audience,
                aliases));
    }

    private static Alias alias(String address, String name, Audience readers) {
        return new Alias(UUID.randomUUID(), address, name, address.equals(MAIN), null, readers);
    }

    private void deliver(UUID account, String messageId, String headers) throws Exception {
        FakeImapSession provider = providers.computeIfAbsent(account, id -> new FakeImapSession());
        Link link = new Link(provider, accounts.find(database, account).orElseThrow(), fence, Instant.now());
        folders.refresh(link);
        checkInbox(link, account);
        String mail = headers.strip().replace("\n", "\r\n") + "\r\nMessage-ID: " + messageId
                + "\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000" + "\r\nSubject: x\r\n\r\nHello " + messageId + "\r\n";
        provider.deliver(MailboxName.INBOX, mail.getBytes(StandardCharsets.UTF_8), Instant.now());
        checkInbox(link, account);
    }

    private JsonPath found(Person person, String id, Map<String, ?> more) {
        UUID org = person.organization();
        return given().auth()
                .oauth2(TestTokens.token(person.role(), org, person.user().toString()))
                .queryParam("email_message_id", id)
                .queryParams(more)
                .get("/v1/messages")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private String replyFrom(Person person, String id) {
        return found(person, id, Map.of()).getString("data[0].reply_from.address");
    }

    @Test
    void isTheAliasThatGotTheMessage() throws Exception {
        tell(
                first,
                MAIN,
                Audience.nobody(),
                List.of(alias(SALES, "Sales", Audience.nobody()), alias("cc@example.com", "Cc", Audience.nobody())));
        Map<String, String> expected = Map.of(
                "From: b@example.net\nTo: x@example.net, Sales <SALES@xn--bcher-kva.example>\nCc: " + MAIN,
                SALES,
                "From: b@example.net\nTo: sales@bücher.example",
                SALES,
                "From: b@example.net\nTo: x@example.net\nCc: y@example.net, Cc@Example.com",
                "cc@example.com",
                "From: b@example.net\nTo: cc@example.com, " + MAIN,
                "cc@example.com",
                "From: b@example.net\nTo: list@example.net",
                MAIN,
                "From: Sales <" + SALES + ">\nTo: b@example.net",
                SALES,
                "To: undisclosed-recipients:;",
                MAIN);
        for (var entry : expected.entrySet()) {
            String id = "<" + UUID.randomUUID() + "@example.net>";
            deliver(first, id, entry.getKey());

            assertThat(replyFrom(anna, id)).as(entry.getKey()).isEqualTo(entry.getValue());
        }
        String id = "<" + UUID.randomUUID() + "@example.net>";
        deliver(first, id, "From: b@example.net\nTo: " + SALES);
        JsonPath message = found(anna, id, Map.of());
        assertThat(message.getString("data[0].reply_from.name")).isEqualTo("Sales");
        assertThat(message.getString("data[0].reply_from.account")).isEqualTo(first.toString());
        String one = given().auth()
                .oauth2(TestTokens.token("member", organization, anna.user().toString()))
                .get("/v1/messages/" + message.getString("data[0].id"))
                .then()
                .extract()
                .path("reply_from.address");
        assertThat(one).isEqualTo(SALES);
    }

    @Test
    void isAnAddressOfAnAccountWhoseCopyTheViewerSees() throws Exception {
        tell(first, MAIN, Audience.nobody(), List.of());
        tell(second, "team@example.com", new Audience(false, List.of(carl.user())), List.of());
        String id = "<" + UUID.randomUUID() + "@example.net>";
        String mail = "From: b@example.net\nTo: " + MAIN + ", team@example.com";
        deliver(first, id, mail);
        deliver(second, id, mail);

        assertThat(replyFrom(anna, id)).isEqualTo(MAIN);
        assertThat(replyFrom(carl, id)).isEqualTo("team@example.com");
        assertThat(found(anna, id, Map.of("account", second)).getString("data[0].reply_from.address"))
                .isEqualTo("team@example.com");
        assertThat(found(bert, id, Map.of()).getList("data")).isEmpty();
        assertThat(found(stranger, id, Map.of()).getList("data")).isEmpty();
    }

    @Test
    void isTheSharedAddressWhereNoMoreIsShared() throws Exception {
        tell(
                first,
                MAIN,
                Audience.nobody(),
                List.of(alias(SHARED, "Support", new Audience(false, List.of(rosa.user())))));
        String id = "<" + UUID.randomUUID() + "@example.net>";
        deliver(first, id, "From: b@example.net\nTo: " + MAIN + "\nCc: " + SHARED);

        assertThat(replyFrom(anna, id)).isEqualTo(MAIN);
        assertThat(replyFrom(rosa, id)).isEqualTo(SHARED);
    }

    @Test
    void isTheAddressOfAnAccountOfBeforeThereWereAliases() throws Exception {
        AccountState plain = ownedBy(anna, Scene.state(organization, first, "user", 993, "1y", 1, 1));
        database.inTransaction(tx -> accounts.apply(tx, SHARD, new AccountEvent.Connected(plain)));
        String id = "<" + UUID.randomUUID() + "@example.net>";
        deliver(first, id, "From: b@example.net\nTo: list@example.net");

        assertThat(replyFrom(anna, id)).isEqualTo(MAIN);
    }
}

package dev.mailroom.account.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An account, its credential and the event about it are there together or not at all. */
@QuarkusTest
@TestProfile(ManyAtOnceTest.Production.class)
class OneFactTest extends ServiceTest {
    private final TestMailbox mailbox = TestMailbox.start();

    @AfterEach
    void heal() {
        for (String table : List.of("outbox", "credentials", "accounts")) {
            execute("drop trigger if exists broken on " + table);
        }
        mailbox.close();
    }

    @Test
    void writesNothingWhenTheEventCannotBeWritten() {
        refuseWritesTo("outbox");

        connect(mailbox).statusCode(500);

        assertNothingOf();
        heal("outbox");
        connect(mailbox).statusCode(201);
    }

    @Test
    void saysNothingWhenTheCredentialCannotBeWritten() {
        refuseWritesTo("credentials");
        try (KafkaLog events = KafkaLog.fromNow("mailroom.account.events")) {
            connect(mailbox).statusCode(500);

            assertNothingOf();
            assertThat(events.during(Duration.ofSeconds(1), this::isOfThisTest)).isEmpty();
        }
    }

    @Test
    void changesNothingWhenTheEventCannotBeWritten() {
        UUID account = connected(mailbox);
        refuseWritesTo("outbox");

        asAdmin()
                .body(Map.of("display_name", "x"))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(500);
        asAdmin().post("/v1/accounts/{id}/pause", account).then().statusCode(500);
        asAdmin().post("/v1/accounts/{id}/reconnect", account).then().statusCode(500);
        asAdmin().delete("/v1/accounts/{id}?confirm=true", account).then().statusCode(500);

        asAdmin()
                .get("/v1/accounts/{id}", account)
                .then()
                .statusCode(200)
                .body("display_name", equalTo("Ana Silva"))
                .body("state", equalTo("connecting"))
                .body("revision", equalTo(1));
        asService().get("/v1/accounts/{id}/credential", account).then().body("version", equalTo(1));
    }

    @Test
    void connectsOnceWhenTheSameRequestComesManyTimesAtOnce() throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = IntStream.range(0, 8)
                    .mapToObj(_ -> clients.submit(() -> asAdmin()
                            .header("Idempotency-Key", "at-once")
                            .body(mailbox.form())
                            .post("/v1/accounts")
                            .then()
                            .statusCode(201)
                            .extract()
                            .<String>path("id")))
                    .toList();
            String first = answers.getFirst().get();
            for (Future<String> answer : answers) {
                assertThat(answer.get()).isEqualTo(first);
            }
        }
        asAdmin().get("/v1/accounts").then().body("data.size()", equalTo(1));
    }

    @Test
    void letsOneOfManyConnectTheSameMailbox() throws Exception {
        int clientCount = 20;
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = IntStream.range(0, clientCount)
                    .mapToObj(_ -> clients.submit(() -> {
                        var answer = connect(mailbox).extract();
                        return answer.statusCode() + " " + answer.path("type");
                    }))
                    .toList();
            Map<String, Integer> counts = new HashMap<>();
            for (Future<String> answer : answers) {
                counts.merge(answer.get(), 1, Integer::sum);
            }
            assertThat(counts)
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            "201 null",
                            1,
                            "409 https://mailroom.dev/problems/mailbox-already-connected",
                            clientCount - 1));
        }
        String ours = " where organization_id = '" + organization + "'";
        for (String table : List.of("accounts", "credentials")) {
            assertThat(rows("select 1 from " + table + ours)).as(table).hasSize(1);
        }
        assertThat(rows("select 1 from audit_log" + ours + " and action = 'account.connected'"))
                .hasSize(1);
    }

    @Test
    void sendsTheEventsOfAnAccountInTheOrderOfItsRevisions() throws Exception {
        UUID account = connected(mailbox);
        int changes = 20;
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < changes; i++) {
                Map<String, String> change = Map.of("display_name", "Ana " + i);
                clients.submit(() -> asAdmin()
                        .body(change)
                        .patch("/v1/accounts/{id}", account)
                        .then()
                        .statusCode(200));
            }
        }

        try (KafkaLog events = KafkaLog.of("mailroom.account.events")) {
            List<Long> revisions =
                    events
                            .awaitAll(
                                    "events",
                                    changes + 1,
                                    record -> account.toString().equals(record.key()))
                            .stream()
                            .map(record -> record.data().at("/state/revision").asLong())
                            .toList();
            assertThat(revisions)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, changes + 1).boxed().toList());
        }
    }

    private boolean isOfThisTest(LoggedRecord record) {
        return organization.toString().equals(record.headers().get("ce_organization"));
    }

    private void assertNothingOf() {
        String ours = " where organization_id = '" + organization + "'";
        assertThat(rows("select id from accounts" + ours)).isEmpty();
        assertThat(rows("select account_id from credentials" + ours)).isEmpty();
        asAdmin().get("/v1/accounts").then().body("data.size()", equalTo(0));
    }

    private static void refuseWritesTo(String table) {
        execute("create or replace function refuse() returns trigger language plpgsql as $$"
                + " begin raise exception 'refused by the test'; end $$");
        execute("create trigger broken before insert on " + table + " for each row execute function refuse()");
    }

    private static void heal(String table) {
        execute("drop trigger broken on " + table);
    }
}

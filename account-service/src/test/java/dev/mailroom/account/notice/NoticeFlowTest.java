package dev.mailroom.account.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventCodec;
import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.contracts.SyncStatus.State;
import dev.mailroom.testkit.ScratchFolder;
import dev.mailroom.testkit.TestKafka;
import dev.mailroom.testkit.smtp.ScriptedSmtpServer;
import dev.mailroom.testkit.tls.TestCertificates;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The running service with a mail server: from what sync-service reports to a mail, and to what the interface says of it. */
@QuarkusTest
@TestProfile(NoticeFlowTest.WithMailServer.class)
class NoticeFlowTest extends ServiceTest {
    private final TestMailbox mailbox = TestMailbox.start();
    private final KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
            Map.of("bootstrap.servers", TestKafka.shared().bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer());
    private UUID account = UUID.randomUUID();

    /** A mail server, and no waiting for more. */
    public static class WithMailServer implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            try {
                Path folder = ScratchFolder.create("notice-flow");
                TestCertificates authority = TestCertificates.create();
                Path file = authority.writeAuthority(folder);
                var server = ScriptedSmtpServer.start(
                        ScriptedSmtpServer.Mode.TLS,
                        authority.server("127.0.0.1").serverContext());
                Path password = Files.writeString(folder.resolve("password"), "any");
                return Map.ofEntries(
                        Map.entry("mailroom.notice.host", "127.0.0.1"),
                        Map.entry("mailroom.notice.port", Integer.toString(server.port())),
                        Map.entry("mailroom.notice.ca", file.toString()),
                        Map.entry("mailroom.notice.username", "mailroom"),
                        Map.entry("mailroom.notice.password-file", password.toString()),
                        Map.entry("mailroom.notice.from", "mailroom@system.example"),
                        Map.entry("mailroom.notice.gather-time", "0s"),
                        Map.entry("mailroom.notice.settle-time", "0s"),
                        Map.entry("mailroom.notice-rounds.interval", "0.2s"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @BeforeEach
    void connect() {
        account = connected(mailbox);
        rows(
                "with x as (insert into users (organization_id, id, revision, name, email, role, created_at, updated_at) values ('"
                        + organization + "', '" + user + "', 1, 'Ana', 'ana@elsewhere.example', 'admin', now(), now())"
                        + " on conflict (organization_id, id) do update set email = excluded.email returning 1) select 1::text from x");
    }

    @AfterEach
    void close() {
        execute("drop trigger if exists broken on notices");
        producer.close();
        mailbox.close();
    }

    @Test
    void mailsTheOwnerWhenThePasswordStopsWorkingAndWhenItWorksAgain() {
        asAdmin().get("/v1/accounts/{id}", account).then().body("owner_notice", nullValue());

        report(organization, State.AUTH_FAILED, "credentials_refused");

        awaitNotice("mailed");
        asAdmin()
                .get("/v1/accounts/{id}", account)
                .then()
                .body("state", equalTo("auth_failed"))
                .body("state_category", equalTo("credentials_refused"))
                .body("state_detail", containsString("Enter the password again"))
                .body("action", equalTo("change_password"));
        assertThat(mails()).containsExactly("ana@elsewhere.example sent");

        report(organization, State.LIVE, null);

        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> mails().size() == 2);
        awaitNotice(null);
        asAdmin()
                .get("/v1/accounts/{id}", account)
                .then()
                .body("state_detail", nullValue())
                .body("action", equalTo("none"));
    }

    @Test
    void asksToChooseMailboxes() {
        report(organization, State.NEEDS_ACTION, "mailboxes_not_configured");

        awaitNotice("mailed");
        asAdmin()
                .get("/v1/accounts/{id}", account)
                .then()
                .body("state", equalTo("needs_action"))
                .body("action", equalTo("choose_mailboxes"));
    }

    @Test
    void plansNothingForTheReportOfAnotherOrganization() {
        report(UUID.randomUUID(), State.AUTH_FAILED, "credentials_refused");
        report(organization, State.DISCONNECTED, "connect_timeout");

        awaitNotice("mailed");
        assertThat(rows("select account_state from notices where account_id = '" + account + "'"))
                .containsExactly("disconnected");
    }

    @Test
    void storesTheStateWithItsNoticeOrNotAtAll() {
        execute("create or replace function refuse() returns trigger language plpgsql as $$"
                + " begin raise exception 'refused by the test' using errcode = '40001'; end $$");
        execute("create trigger broken before insert on notices for each row execute function refuse()");
        report(organization, State.AUTH_FAILED, "credentials_refused");

        // Longer than the tries that a faulty event is given: what passes is waited for.
        Awaitility.await()
                .during(Duration.ofSeconds(3))
                .atMost(Duration.ofSeconds(10))
                .until(() -> state().equals("connecting"));

        execute("drop trigger broken on notices");
        awaitNotice("mailed");
        assertThat(state()).isEqualTo("auth_failed");
        assertThat(mails()).hasSize(1);
    }

    private String state() {
        return asAdmin().get("/v1/accounts/{id}", account).path("state");
    }

    private List<String> mails() {
        return rows(
                "select recipient || ' ' || state from system_mails where organization_id = '" + organization + "'");
    }

    private void awaitNotice(@Nullable String notice) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(
                        () -> asAdmin().get("/v1/accounts/{id}", account).then().body("owner_notice", equalTo(notice)));
    }

    private void report(UUID asOrganization, State state, @Nullable String category) {
        var event = new CloudEvent<>(
                UUID.randomUUID(),
                "/sync-service",
                Instant.now(),
                new SyncStatus.StateChanged(account, asOrganization, state, null, category, null, Instant.now()));
        var record = new ProducerRecord<>(event.topic(), event.partitionKey(), EventCodec.data(event));
        EventCodec.headers(event)
                .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        producer.send(record);
        producer.flush();
    }
}

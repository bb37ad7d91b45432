package dev.mailroom.account.notice;

import com.fasterxml.uuid.NoArgGenerator;
import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.Certificate;
import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.testkit.MutableClock;
import dev.mailroom.testkit.smtp.AcceptedMail;
import dev.mailroom.testkit.smtp.ScriptedSmtpServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The service's database, a mail server, and a clock that the test moves. */
abstract class NoticeScene extends ServiceTest {
    private static final String PASSWORD = "canary-9d2c-notice";
    private static final Pattern MESSAGE_ID = Pattern.compile("Message-ID: (\\S+)");

    @TempDir
    static Path folder;

    @Inject
    TenantTransactions transactions;

    @Inject
    NoArgGenerator ids;

    @Inject
    Vertx vertx;

    final MutableClock clock = MutableClock.at("2026-11-20T10:00:00Z");
    final ScriptedSmtpServer server = ScriptedSmtpServer.start(ScriptedSmtpServer.Mode.TLS, Certificate.GOOD.context())
            .user("mailroom", PASSWORD);
    Optional<String> address = Optional.of("owner@elsewhere.example");
    Settings settings = Settings.off();

    @BeforeEach
    void begin() throws IOException {
        for (String table : List.of("notices", "system_mails", "mail_bucket")) {
            rows("with gone as (delete from " + table + " returning 1) select count(*)::text from gone");
        }
        Path authority = Path.of(System.getProperty("dev.mailroom.account.test-folder"), "authority.pem");
        Path secret = Files.writeString(folder.resolve("secret"), PASSWORD);
        settings = Settings.at("127.0.0.1", server.port(), authority, "mailroom", secret)
                .within(Duration.ofSeconds(2));
    }

    @AfterEach
    void end() {
        server.close();
    }

    void advance(Duration by) throws InterruptedException {
        clock.advance(by);
        round();
    }

    void round() throws InterruptedException {
        gathering().run();
        new MailRound(transactions, mails(), postman()).run();
    }

    Postman postman() {
        return new Postman(vertx, settings.smtp());
    }

    SystemMails mails() {
        return new SystemMails(settings, ids, clock, new SimpleMeterRegistry());
    }

    Notices notices() {
        return new Notices(mails(), settings, ids, clock, new SimpleMeterRegistry());
    }

    Gathering gathering() {
        Optional<String> known = address;
        return gathering((session, org, owner) -> Uni.createFrom().item(known), new SimpleMeterRegistry());
    }

    Gathering gathering(OwnerAddresses addresses, MeterRegistry metrics) {
        return new Gathering(transactions, mails(), addresses, settings, clock, metrics);
    }

    Optional<UUID> plan(String recipient) {
        organizationIsKnown();
        return transactions.inOrganization(organization, session -> mails().plan(session, mail(recipient)));
    }

    SystemMail mail(String recipient) {
        return new SystemMail(
                organization,
                user,
                "test",
                recipient,
                Letter.about("Hello").paragraph("Words.").end());
    }

    /** As the consumer does: the state and its notice. */
    void report(UUID account, String state, @Nullable String category) {
        rows("with x as (update accounts set state = '" + state + "' where id = '" + account
                + "' returning 1) select 1::text from x");
        transactions.inOrganization(
                organization,
                session -> notices()
                        .reported(session, new Report(organization, account, state, category, clock.instant())));
    }

    void organizationIsKnown() {
        rows("with x as (insert into organizations (id, plan, created_at, updated_at) values ('" + organization
                + "', 'paid', now(), now()) on conflict do nothing returning 1) select 1::text from x");
    }

    UUID account(String name) {
        organizationIsKnown();
        UUID id = ids.generate();
        rows("""
                with x as (insert into accounts (id, organization_id, owner_id, revision, kind, display_name, email, username, imap_host,
                    imap_port, imap_encryption, smtp_host, smtp_port, smtp_encryption, history, sharing_mode, sidebar, push,
                    credential_version, state, state_since, created_at, updated_at, told_revision)
                values ('%s', '%s', '%s', 1, 'imap', '%s', '%s@example.com', '%s', 'imap.example.com', 993, 'tls', 'smtp.example.com', 465,
                    'tls', 'none', 'personal', 'pin_all', 'idle', 1, 'connecting', now(), now(), now(), 1) returning 1)
                select 1::text from x
                """.formatted(id, organization, user, name, name, name));
        return id;
    }

    static String notice(UUID account) {
        return rows("select coalesce(owner_notice('" + account + "'), 'null')").getFirst();
    }

    static List<String> states() {
        return rows("select state from system_mails");
    }

    static String messageId(AcceptedMail mail) {
        Matcher matcher = MESSAGE_ID.matcher(mail.text());
        return matcher.find() ? matcher.group(1) : "none";
    }
}

package dev.mailroom.account.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.uuid.NoArgGenerator;
import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.Certificate;
import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.testkit.MutableClock;
import dev.mailroom.testkit.smtp.AcceptedMail;
import dev.mailroom.testkit.smtp.ScriptedSmtpServer;
import dev.mailroom.testkit.smtp.SmtpFault;
import dev.mailroom.testkit.smtp.SmtpStep;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the reported state to the mail at the server, with the service's database and a clock that the test moves. */
@QuarkusTest
class NoticeMailTest extends ServiceTest {
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

    private final MutableClock clock = MutableClock.at("2026-11-20T10:00:00Z");
    private final ScriptedSmtpServer server = ScriptedSmtpServer.start(
                    ScriptedSmtpServer.Mode.TLS, Certificate.GOOD.context())
            .user("mailroom", PASSWORD);
    private Optional<String> address = Optional.of("owner@elsewhere.example");
    private Settings settings = Settings.off();

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

    @Test
    void tellsTheOwnerOnceAndOnceMoreWhenTheAccountWorksAgain() throws Exception {
        UUID account = account("ana");
        report(account, "auth_failed", "credentials_refused");
        round();
        assertThat(server.accepted()).isEmpty();
        assertThat(notice(account)).isEqualTo("planned");

        advance(Duration.ofMinutes(5));
        assertThat(server.accepted()).singleElement().satisfies(mail -> {
            assertThat(mail.recipients()).containsExactly("owner@elsewhere.example");
            assertThat(mail.text()).contains("Subject: Mailroom cannot log in to ana@example.com");
        });
        assertThat(notice(account)).isEqualTo("mailed");

        report(account, "connecting", null);
        report(account, "live", null);
        advance(Duration.ofMinutes(9));
        assertThat(server.accepted()).hasSize(1);
        advance(Duration.ofMinutes(1));
        assertThat(server.accepted()).hasSize(2);
        assertThat(server.accepted().getLast().text()).contains("Subject: ana@example.com works again in Mailroom");
        assertThat(notice(account)).isEqualTo("null");
        advance(Duration.ofDays(2));
        assertThat(server.accepted()).hasSize(2);
    }

    @Test
    void makesOneMailOfTheAccountsThatFailTogether() throws Exception {
        List<UUID> accounts = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            accounts.add(account("a" + i));
            report(accounts.getLast(), "disconnected", "connect_timeout");
            clock.advance(Duration.ofSeconds(20));
        }

        advance(Duration.ofMinutes(5));

        assertThat(server.accepted())
                .singleElement()
                .satisfies(mail -> assertThat(mail.text())
                        .contains("Subject: 12 accounts need your attention in Mailroom")
                        .contains("a0@example.com")
                        .contains("a11@example.com"));
        accounts.forEach(account -> report(account, "live", null));
        advance(Duration.ofMinutes(10));
        assertThat(server.accepted()).hasSize(2);
        assertThat(server.accepted().getLast().text()).contains("Subject: 12 accounts work again in Mailroom");
    }

    @Test
    void doesNotFloodWhenAnAccountFlaps() throws Exception {
        UUID account = account("ana");
        for (int i = 0; i < 200; i++) {
            report(account, i % 2 == 0 ? "disconnected" : "live", null);
            advance(Duration.ofMinutes(7));
        }

        // One at first; then it never works for as long as ten minutes.
        assertThat(server.accepted()).hasSize(1);
    }

    @Test
    void limitsTheMailsToOneOwnerWithinADay() throws Exception {
        settings = settings.limits(3, 600, 60);
        UUID account = account("ana");
        for (int i = 0; i < 20; i++) {
            report(account, "disconnected", null);
            advance(Duration.ofMinutes(30));
            report(account, "live", null);
            advance(Duration.ofMinutes(30));
        }

        // Twenty hours with an outage in each.
        assertThat(server.accepted()).hasSize(3);
    }

    @Test
    void tellsLaterWhatTheLimitOfTheOwnerHeldBack() throws Exception {
        settings = settings.limits(1, 600, 60);
        report(account("ana"), "auth_failed", null);
        advance(Duration.ofMinutes(5));
        report(account("bo"), "auth_failed", null);
        report(account("cy"), "auth_failed", null);
        advance(Duration.ofHours(1));
        assertThat(server.accepted()).hasSize(1);

        advance(Duration.ofDays(1));

        assertThat(server.accepted()).hasSize(2);
        assertThat(server.accepted().getLast().text())
                .contains("bo@example.com")
                .contains("cy@example.com")
                .doesNotContain("ana@example.com");
    }

    @Test
    void sendsNoMoreThanTheBucketHolds() throws Exception {
        settings = settings.limits(10, 60, 2);
        for (int i = 0; i < 5; i++) {
            plan("p" + i + "@example.org");
        }

        round();
        assertThat(server.accepted()).hasSize(2);
        advance(Duration.ofMinutes(1));
        assertThat(server.accepted()).hasSize(3);
        advance(Duration.ofHours(1));
        assertThat(server.accepted()).hasSize(5);
    }

    @Test
    void leavesOutWhatIsNoLongerTrue() throws Exception {
        UUID paused = account("paused");
        UUID removed = account("removed");
        UUID entered = account("entered");
        report(paused, "auth_failed", null);
        report(removed, "auth_failed", null);
        report(entered, "auth_failed", null);
        rows("with x as (update accounts set paused = true where id = '" + paused
                + "' returning 1) select 1::text from x");
        rows("with x as (delete from accounts where id = '" + removed + "' returning 1) select 1::text from x");
        transactions.inOrganization(organization, session -> notices().personActed(session, entered));

        advance(Duration.ofMinutes(5));

        assertThat(server.accepted()).isEmpty();
        assertThat(notice(entered)).isEqualTo("null");
    }

    @Test
    void sendsOneMailThoughManyReplicasLook() throws Exception {
        for (int i = 0; i < 10; i++) {
            report(account("a" + i), "auth_failed", null);
        }
        plan("someone@example.org");
        clock.advance(Duration.ofMinutes(5));

        try (ExecutorService replicas = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> rounds = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                rounds.add(replicas.submit(() -> {
                    round();
                    return null;
                }));
            }
            for (Future<?> done : rounds) {
                done.get();
            }
        }

        assertThat(server.accepted()).hasSize(2);
    }

    @Test
    void sendsAMailWhoseSenderDiedBeforeItBegan() throws Exception {
        plan("someone@example.org");
        transactions.acrossOrganizations(mails()::claim);
        round();
        assertThat(server.accepted()).isEmpty();

        advance(SystemMails.CLAIM);
        advance(Duration.ofMinutes(1));

        assertThat(server.accepted()).hasSize(1);
        assertThat(states()).containsExactly("sent");
    }

    @Test
    void repeatsAMailWhoseSenderDiedBeforeItCouldSayHowItEndedOnceAndNoMore() throws Exception {
        plan("someone@example.org");
        for (int i = 0; i < 5; i++) {
            Optional<SystemMailRow> claimed = transactions.acrossOrganizations(mails()::claim);
            if (claimed.isPresent() && claimed.get().state.equals(SystemMailRow.SENDING)) {
                postman().send(claimed.get().toMail());
            }
            clock.advance(SystemMails.CLAIM);
        }

        assertThat(server.accepted()).hasSize(2);
        assertThat(server.accepted().stream().map(NoticeMailTest::messageId).distinct())
                .hasSize(1);
        assertThat(states()).containsExactly("uncertain");
    }

    @Test
    void repeatsOnceWhenTheConnectionIsLostAfterTheDot() throws Exception {
        UUID account = account("ana");
        server.always(SmtpStep.AFTER_ACCEPTANCE, SmtpFault.drop());
        report(account, "auth_failed", null);
        for (int i = 0; i < 10; i++) {
            advance(Duration.ofHours(2));
        }

        assertThat(server.accepted()).hasSize(2);
        assertThat(states()).containsExactly("uncertain");
        assertThat(notice(account)).isEqualTo("mailed");
    }

    @Test
    void aSenderThatWasThoughtDeadChangesNothing() throws Exception {
        plan("someone@example.org");
        SystemMailRow slow = transactions.acrossOrganizations(mails()::claim).orElseThrow();
        advance(SystemMails.CLAIM);
        advance(Duration.ofMinutes(1));

        transactions.acrossOrganizations(
                session -> mails().settle(session, slow.id, slow.attempts, new Delivery.NotSent("refused_550", true)));

        assertThat(states()).containsExactly("sent");
    }

    @Test
    void triesAgainWithGrowingPausesAndGivesUpWithinADay() throws Exception {
        UUID account = account("ana");
        server.always(SmtpStep.MAIL, SmtpFault.reply("451 4.3.0 later"));
        report(account, "auth_failed", null);
        advance(Duration.ofMinutes(5));
        assertThat(server.connections()).isEqualTo(1);
        for (int i = 0; i < 48; i++) {
            advance(Duration.ofMinutes(30));
        }

        assertThat(server.connections()).isEqualTo(8);
        assertThat(states()).containsExactly("failed");
        assertThat(notice(account)).isEqualTo("not_mailed");
        server.heal();
        report(account, "live", null);
        advance(Duration.ofMinutes(10));
        // Who did not hear of the trouble does not hear of its end.
        assertThat(server.accepted()).isEmpty();
        assertThat(notice(account)).isEqualTo("null");
    }

    @Test
    void sendsWhenTheServerIsBack() throws Exception {
        server.times(3, SmtpStep.GREETING, SmtpFault.reply("421 4.3.2 later"));
        report(account("ana"), "auth_failed", null);
        advance(Duration.ofMinutes(5));
        for (int i = 0; i < 4; i++) {
            advance(Duration.ofMinutes(15));
        }

        assertThat(server.accepted()).hasSize(1);
        assertThat(states()).containsExactly("sent");
    }

    @Test
    void givesUpAtOnceWhereTheAddressIsRefusedForGood() throws Exception {
        server.recipient("owner@elsewhere.example", "550 5.1.1 nobody");
        UUID account = account("ana");
        report(account, "auth_failed", null);
        advance(Duration.ofMinutes(5));
        advance(Duration.ofDays(1));

        assertThat(server.connections()).isEqualTo(1);
        assertThat(notice(account)).isEqualTo("not_mailed");
    }

    @Test
    void keepsNoWordsOfAMailThatIsOver() throws Exception {
        plan("someone@example.org");
        round();

        assertThat(rows("select body_text || body_html from system_mails")).containsExactly("");
    }

    @Test
    void saysThatNobodyWasMailedWhereNoAddressIsKnown() throws Exception {
        address = Optional.empty();
        UUID account = account("ana");
        report(account, "auth_failed", null);
        advance(Duration.ofMinutes(5));

        assertThat(notice(account)).isEqualTo("not_mailed");
        assertThat(rows("select reason from notices")).containsExactly("no_address");
    }

    @Test
    void saysThatNobodyWasMailedWhereMailIsOff() {
        settings = Settings.off();
        UUID account = account("ana");
        report(account, "auth_failed", null);

        assertThat(notice(account)).isEqualTo("not_mailed");
        report(account, "live", null);
        assertThat(notice(account)).isEqualTo("null");
        assertThatThrownBy(() -> plan("someone@example.org")).hasMessageContaining("mailroom.notice.host");
    }

    @Test
    void mailsAlsoWhenTheAddressOfTheOwnerIsTheBrokenMailbox() throws Exception {
        address = Optional.of("ana@example.com");
        report(account("ana"), "auth_failed", null);
        advance(Duration.ofMinutes(5));

        assertThat(server.accepted().getFirst().recipients()).containsExactly("ana@example.com");
    }

    @Test
    void plansAMailWithTheFactOrNotAtAll() {
        assertThatThrownBy(() -> transactions.inOrganization(organization, session -> {
                    organizationIsKnown();
                    return mails().plan(session, mail("someone@example.org")).invoke(() -> {
                        throw new IllegalStateException("the fact is refused");
                    });
                }))
                .hasMessageContaining("the fact is refused");

        assertThat(states()).isEmpty();
    }

    @Test
    void doesNotFloodAnAddressForOthers() {
        for (int i = 0; i < SystemMails.TO_ONE_ADDRESS_PER_DAY_MAX; i++) {
            assertThat(plan("victim@example.org")).isPresent();
        }

        assertThat(plan("victim@example.org")).isEmpty();
        assertThat(plan("other@example.org")).isPresent();
        clock.advance(Duration.ofDays(1));
        assertThat(plan("victim@example.org")).isPresent();
    }

    @Test
    void removesWhatIsLongOverButForgetsNoTrouble() throws Exception {
        UUID account = account("ana");
        report(account, "auth_failed", null);
        advance(Duration.ofMinutes(5));
        clock.advance(Duration.ofDays(40));
        transactions.acrossOrganizations(session ->
                gathering().prune(session, NoticeRounds.KEEP).chain(() -> mails().prune(session, NoticeRounds.KEEP)));
        assertThat(states()).isEmpty();
        assertThat(notice(account)).isEqualTo("mailed");

        report(account, "live", null);
        advance(Duration.ofMinutes(10));

        assertThat(server.accepted()).hasSize(2);
    }

    private void advance(Duration by) throws InterruptedException {
        clock.advance(by);
        round();
    }

    private void round() throws InterruptedException {
        gathering().run();
        new MailRound(transactions, mails(), postman()).run();
    }

    private Postman postman() {
        return new Postman(vertx, settings.smtp());
    }

    private SystemMails mails() {
        return new SystemMails(settings, ids, clock, new SimpleMeterRegistry());
    }

    private Notices notices() {
        return new Notices(mails(), settings, ids, clock, new SimpleMeterRegistry());
    }

    private Gathering gathering() {
        Optional<String> known = address;
        return new Gathering(
                transactions,
                mails(),
                (session, org, owner) -> Uni.createFrom().item(known),
                settings,
                clock,
                new SimpleMeterRegistry());
    }

    private Optional<UUID> plan(String recipient) {
        organizationIsKnown();
        return transactions.inOrganization(organization, session -> mails().plan(session, mail(recipient)));
    }

    private SystemMail mail(String recipient) {
        return new SystemMail(
                organization,
                user,
                "test",
                recipient,
                Letter.about("Hello").paragraph("Words.").end());
    }

    /** As the consumer does: the state and its notice. */
    private void report(UUID account, String state, @Nullable String category) {
        rows("with x as (update accounts set state = '" + state + "' where id = '" + account
                + "' returning 1) select 1::text from x");
        transactions.inOrganization(
                organization,
                session -> notices()
                        .reported(session, new Report(organization, account, state, category, clock.instant())));
    }

    private void organizationIsKnown() {
        rows("with x as (insert into organizations (id, plan, created_at, updated_at) values ('" + organization
                + "', 'paid', now(), now()) on conflict do nothing returning 1) select 1::text from x");
    }

    private UUID account(String name) {
        organizationIsKnown();
        UUID id = ids.generate();
        rows("""
                with x as (insert into accounts (id, organization_id, owner_id, revision, kind, display_name, email, username, imap_host,
                    imap_port, imap_encryption, smtp_host, smtp_port, smtp_encryption, history, sharing_mode, sidebar, push,
                    credential_version, state, state_since, created_at, updated_at)
                values ('%s', '%s', '%s', 1, 'imap', '%s', '%s@example.com', '%s', 'imap.example.com', 993, 'tls', 'smtp.example.com', 465,
                    'tls', 'none', 'personal', 'pin_all', 'idle', 1, 'connecting', now(), now(), now()) returning 1)
                select 1::text from x
                """.formatted(id, organization, user, name, name, name));
        return id;
    }

    private static String notice(UUID account) {
        return rows("select coalesce(owner_notice('" + account + "'), 'null')").getFirst();
    }

    private static List<String> states() {
        return rows("select state from system_mails");
    }

    private static String messageId(AcceptedMail mail) {
        Matcher matcher = MESSAGE_ID.matcher(mail.text());
        return matcher.find() ? matcher.group(1) : "none";
    }
}

package dev.mailroom.account.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.testkit.smtp.SmtpFault;
import dev.mailroom.testkit.smtp.SmtpStep;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** From the reported state to the mail at the server. */
@QuarkusTest
class NoticeMailTest extends NoticeScene {
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
    void tellsTheOthersWhenOneOwnerCannotBeTold() throws Exception {
        UUID unlucky = account("ana");
        UUID other = account("bo");
        UUID owner = UUID.randomUUID();
        rows("with x as (update accounts set owner_id = '" + owner + "' where id = '" + other
                + "' returning 1) select 1::text from x");
        report(unlucky, "auth_failed", "credentials_refused");
        clock.advance(Duration.ofSeconds(1));
        report(other, "auth_failed", "credentials_refused");
        clock.advance(Duration.ofMinutes(5));
        var metrics = new SimpleMeterRegistry();
        Gathering broken = gathering(
                (session, organization, of) -> of.equals(owner)
                        ? Uni.createFrom().item(Optional.of("bo@elsewhere.example"))
                        : Uni.createFrom().failure(new IllegalStateException("the directory is broken")),
                metrics);

        broken.run();
        broken.run();
        new MailRound(transactions, mails(), postman()).run();

        assertThat(notice(other)).isEqualTo("mailed");
        assertThat(notice(unlucky)).isEqualTo("planned");
        assertThat(metrics.counter("mailroom.notice.failures").count()).isEqualTo(1);

        advance(Gathering.AFTER_FAILURE);

        assertThat(notice(unlucky)).isEqualTo("mailed");
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
}

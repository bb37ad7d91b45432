package dev.mailroom.account.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Mails that wait, whatever happens to those who send them. */
@QuarkusTest
class SystemMailTest extends NoticeScene {
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
        assertThat(server.accepted().stream().map(NoticeScene::messageId).distinct())
                .hasSize(1);
        assertThat(states()).containsExactly("uncertain");
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
    void keepsNoWordsOfAMailThatIsOver() throws Exception {
        plan("someone@example.org");
        round();

        assertThat(rows("select body_text || body_html from system_mails")).containsExactly("");
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
}

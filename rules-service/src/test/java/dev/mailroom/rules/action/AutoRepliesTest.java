package dev.mailroom.rules.action;

import static dev.mailroom.rules.TestMessages.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.Message.Automation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AutoRepliesTest {
    @ParameterizedTest
    @ValueSource(strings = {"auto-replied", "auto-generated", " Auto-Notified; owner-email=\"a@b.c\"", "", "yes"})
    void neverAnswersAMachine(String autoSubmitted) {
        assertThat(AutoReplies.refusal(message()
                        .automation(new Automation(autoSubmitted, null, null, false))
                        .build()))
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource({"no", "' NO '", "no; comment=x"})
    void answersAPersonWhoseClientSaysSo(String autoSubmitted) {
        assertThat(AutoReplies.refusal(message()
                        .automation(new Automation(autoSubmitted, null, null, false))
                        .build()))
                .isEmpty();
    }

    @Test
    void neverAnswersListsBulkMailAndBounces() {
        assertThat(AutoReplies.refusal(message()
                        .automation(new Automation(null, null, "<l.example.org>", false))
                        .build()))
                .isPresent();
        assertThat(AutoReplies.refusal(message()
                        .automation(new Automation(null, null, null, true))
                        .build()))
                .isPresent();
        for (String precedence : new String[] {"bulk", "JUNK", "list", "auto_reply"}) {
            assertThat(AutoReplies.refusal(message()
                            .automation(new Automation(null, precedence, null, false))
                            .build()))
                    .as(precedence)
                    .isPresent();
        }
        assertThat(AutoReplies.refusal(message()
                        .automation(new Automation(null, "first-class", null, false))
                        .build()))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "noreply@x.org",
                "No-Reply@x.org",
                "no_reply+7@x.org",
                "do-not-reply@x.org",
                "donotreply@x.org",
                "MAILER-DAEMON@x.org",
                "postmaster@x.org",
                "bounce-12345@x.org",
                "bounces+a=b@x.org",
                "list-bounces@x.org",
                "owner-list@x.org",
                "list-request@x.org",
                "billing.noreply@x.org",
                "listserv@x.org",
                "@x.org",
                "no address",
                "a@",
                "a b@x.org"
            })
    void neverAnswersAnAddressThatNobodyReads(String address) {
        assertThat(AutoReplies.refusal(message().from(null, address).build())).isPresent();
        assertThat(AutoReplies.refusal(message().replyTo(address).build())).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bo@x.org", "norah.reply@x.org", "postmasters@x.org", "ownership@x.org", "requests@x.org"})
    void answersPeople(String address) {
        assertThat(AutoReplies.refusal(message().from(null, address).build())).isEmpty();
    }

    @Test
    void neverAnswersAMessageWithoutSender() {
        assertThat(AutoReplies.refusal(message().fromNobody().build())).isPresent();
    }

    @Test
    void severalReplyToAddressesAreNoReasonToWriteToStrangers() {
        assertThat(AutoReplies.recipient(message()
                                .from(null, "bo@x.org")
                                .replyTo("a@y.org", "b@y.org")
                                .build())
                        .address())
                .isEqualTo("bo@x.org");
    }
}

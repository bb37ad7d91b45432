package dev.mailroom.mailclient.smtp;

import static dev.mailroom.mailclient.smtp.SmtpFixture.FROM;
import static dev.mailroom.mailclient.smtp.SmtpFixture.TO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.mailclient.net.Encryption;
import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.testkit.smtp.AcceptedMail;
import dev.mailroom.testkit.smtp.ScriptedSmtpServer;
import dev.mailroom.testkit.smtp.SmtpFault;
import dev.mailroom.testkit.smtp.SmtpStep;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire when all is well, and when the server says no. */
class SmtpDeliveryTest {
    private SmtpFixture smtp = new SmtpFixture(Encryption.TLS);

    @AfterEach
    void stop() {
        smtp.close();
    }

    @ParameterizedTest
    @EnumSource(Encryption.class)
    void deliversAMessageAndReportsThePhasesInOrder(Encryption encryption) throws Exception {
        smtp.close();
        smtp = new SmtpFixture(encryption);

        SmtpOutcome outcome = smtp.send();

        assertThat(outcome).isInstanceOf(SmtpOutcome.Accepted.class);
        AcceptedMail mail = smtp.server.accepted().getFirst();
        assertThat(mail.user()).isEqualTo("ana");
        assertThat(mail.from()).isEqualTo(FROM);
        assertThat(mail.recipients()).containsExactly(TO);
        assertThat(mail.text()).endsWith("\r\n\r\nhello\r\n");
        assertThat(smtp.phases)
                .filteredOn(phase -> phase != SmtpPhase.TLS)
                .containsExactly(
                        SmtpPhase.CONNECT,
                        SmtpPhase.GREETING,
                        SmtpPhase.AUTH,
                        SmtpPhase.ENVELOPE,
                        SmtpPhase.DATA,
                        SmtpPhase.DOT,
                        SmtpPhase.ACCEPTED);
        assertThat(smtp.server.commands()).contains("EHLO [127.0.0.1]");
    }

    @Test
    void saysThatTheDotComesBeforeItIsOnTheWire() {
        int[] dotsSeen = {-1};
        SmtpPhaseListener aborting = phase -> {
            if (phase == SmtpPhase.DOT) {
                // All of the message is written; the server waits for its end.
                dotsSeen[0] = smtp.server.dots();
                throw new IllegalStateException("the lease is gone");
            }
        };

        assertThatThrownBy(() -> smtp.transport.send(
                        smtp.endpoint(),
                        SmtpFixture.credentials("ana"),
                        new SmtpEnvelope(FROM, List.of(TO)),
                        SmtpFixture.mime("hello\r\n"),
                        aborting))
                .hasMessage("the lease is gone");

        Awaitility.await().until(() -> smtp.server.commands().stream().anyMatch("DATA"::equals));
        assertThat(dotsSeen[0]).isZero();
        assertThat(smtp.server.dots()).isZero();
        assertThat(smtp.server.accepted()).isEmpty();
    }

    @Test
    void stuffsDotsAndKeepsEveryByte() throws Exception {
        byte[] mime = SmtpFixture.mime(".\r\n..\r\n.two\r\n\r\nlast line without end");

        smtp.send(List.of(TO), mime);

        assertThat(smtp.server.accepted()).hasSize(1);
        assertThat(smtp.server.accepted().getFirst().text())
                .isEqualTo(new String(mime, StandardCharsets.UTF_8) + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "a\r\n.\nMAIL FROM:<x@y>", "a\n.\r\nb", "nul\0nul", "a\r"})
    void refusesWhatServersReadDifferentlyWithoutConnecting(String body) {
        assertThatIllegalArgumentException().isThrownBy(() -> smtp.send(List.of(TO), SmtpFixture.mime(body)));

        assertThat(smtp.server.connections()).isZero();
    }

    @Test
    void takesALineOf998OctetsAndRefusesOneMore() throws Exception {
        assertThat(smtp.send(List.of(TO), SmtpFixture.mime("x".repeat(998) + "\r\n")))
                .isInstanceOf(SmtpOutcome.Accepted.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> smtp.send(List.of(TO), SmtpFixture.mime("x".repeat(999) + "\r\n")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@b>\r\nRCPT TO:<evil@x", "a b@c", "<a@b>", "nobody", "a@b\0"})
    void refusesAnAddressThatCouldLeaveItsCommand(String address) {
        assertThatIllegalArgumentException().isThrownBy(() -> new SmtpEnvelope(FROM, List.of(address)));
        assertThatIllegalArgumentException().isThrownBy(() -> new SmtpEnvelope(address, List.of(TO)));
    }

    @Test
    void tellsTheFateOfEachRecipient() throws Exception {
        smtp.server.recipient("gone@example.org", "550 5.1.1 no such user");
        smtp.server.recipient("busy@example.org", "450 4.2.1 greylisted");

        SmtpOutcome outcome =
                smtp.send(List.of(TO, "gone@example.org", "busy@example.org"), SmtpFixture.mime("hello\r\n"));

        Map<String, RecipientResult> recipients = ((SmtpOutcome.PartiallyAccepted) outcome).recipients();
        assertThat(recipients)
                .containsEntry(
                        "gone@example.org",
                        new RecipientResult(
                                RecipientResult.State.REJECTED, new SmtpReply(550, "5.1.1", "5.1.1 no such user")))
                .hasEntrySatisfying(TO, result -> assertThat(result.state()).isEqualTo(RecipientResult.State.ACCEPTED))
                .hasEntrySatisfying(
                        "busy@example.org",
                        result -> assertThat(result.state()).isEqualTo(RecipientResult.State.DEFERRED));
        assertThat(smtp.server.accepted().getFirst().recipients()).containsExactly(TO);
    }

    @Test
    void sendsNoMessageWhenNoRecipientIsTaken() throws Exception {
        smtp.server.recipient(TO, "550 5.1.1 no such user");
        assertThat(smtp.send()).isInstanceOf(SmtpOutcome.Rejected.class);

        smtp.server.recipient(TO, "451 4.7.1 later");
        assertThat(smtp.send()).isInstanceOf(SmtpOutcome.Deferred.class);

        assertThat(smtp.server.commands()).doesNotContain("DATA");
    }

    @Test
    void keepsARefusedRecipientRefusedWhenTheMessageIsDeferred() throws Exception {
        smtp.server.recipient("gone@example.org", "550 5.1.1 no such user");
        smtp.server.once(SmtpStep.BEFORE_ACCEPTANCE, SmtpFault.reply("452 4.3.1 disk full"));

        SmtpOutcome outcome = smtp.send(List.of(TO, "gone@example.org"), SmtpFixture.mime("hello\r\n"));

        SmtpOutcome.Deferred deferred = (SmtpOutcome.Deferred) outcome;
        assertThat(deferred.recipients())
                .hasEntrySatisfying(TO, result -> assertThat(result.state()).isEqualTo(RecipientResult.State.DEFERRED))
                .hasEntrySatisfying(
                        "gone@example.org",
                        result -> assertThat(result.state()).isEqualTo(RecipientResult.State.REJECTED));
    }

    @ParameterizedTest
    @CsvSource({
        "MAIL, 451 4.3.0 later, Deferred",
        "MAIL, 550 5.7.1 sender refused, Rejected",
        "MAIL, 421 4.7.0 closing, Deferred",
        "MAIL, 503 5.5.1 bad sequence, Deferred",
        "MAIL, 552 5.3.4 too large, Rejected",
        "MAIL, 552 4.2.2 for now, Deferred",
        "MAIL, 530 5.7.0 must issue STARTTLS first, Deferred",
        "MAIL, 535 5.7.8 log in again, Deferred",
        "RCPT, 552 too many recipients, Deferred",
        "RCPT, 552 5.2.2 mailbox full, Rejected",
        "RCPT, 421 4.3.2 shutting down, Deferred",
        "RCPT, 450 5.1.1 the reply code wins, Deferred",
        "DATA, 554 5.6.0 no valid recipients, Rejected",
        "DATA, 451 later, Deferred",
        "DATA, 250 not an answer to DATA, Deferred",
        "BEFORE_ACCEPTANCE, 554 5.7.1 spam, Rejected",
        "BEFORE_ACCEPTANCE, 554 4.7.1 the reply code wins, Rejected",
        "BEFORE_ACCEPTANCE, 550 5.7.1 sending rate limit reached, Deferred",
        "BEFORE_ACCEPTANCE, 550 5.4.5 daily sending quota exceeded, Deferred",
        "BEFORE_ACCEPTANCE, 452 4.3.1 disk full, Deferred",
        "BEFORE_ACCEPTANCE, 421 4.7.0 closing, Deferred",
        "BEFORE_ACCEPTANCE, 354 what, Unknown",
        "BEFORE_ACCEPTANCE, nonsense, Unknown",
        "AFTER_ACCEPTANCE, 251 2.0.0 taken, Accepted"
    })
    void readsTheReplyCodeFirst(SmtpStep step, String reply, String expected) throws Exception {
        smtp.server.once(step, SmtpFault.reply(reply));

        assertThat(smtp.send().getClass().getSimpleName()).isEqualTo(expected);
    }

    @Test
    void comparesTheSizeBeforeMail() throws Exception {
        smtp.server.extensions("SIZE 60");

        SmtpOutcome outcome = smtp.send();

        assertThat(((SmtpOutcome.Rejected) outcome).reason()).isEqualTo("message_too_large");
        assertThat(smtp.server.commands()).noneMatch(command -> command.startsWith("MAIL"));
    }

    @Test
    void asksForSmtpUtf8OnlyWhereItIsNeeded() throws Exception {
        smtp.send();
        smtp.send(List.of("jörg@example.org"), SmtpFixture.mime("hello\r\n"));

        assertThat(smtp.server.accepted().get(0).mailCommand()).doesNotContain("SMTPUTF8", "8BITMIME");
        assertThat(smtp.server.accepted().get(1).mailCommand()).endsWith(" SMTPUTF8");
        assertThat(smtp.server.accepted().get(1).recipients()).containsExactly("jörg@example.org");
    }

    @Test
    void refusesWhatTheServerCannotCarry() throws Exception {
        smtp.server.extensions("SIZE");

        assertThat(smtp.send(List.of("jörg@example.org"), SmtpFixture.mime("hello\r\n")))
                .extracting("reason")
                .isEqualTo("smtputf8_missing");
        assertThat(smtp.send(List.of(TO), SmtpFixture.mime("grüße\r\n")))
                .extracting("reason")
                .isEqualTo("8bitmime_missing");
        assertThat(smtp.server.accepted()).isEmpty();
    }

    @Test
    void logsInWithLoginWherePlainIsNotOffered() throws Exception {
        smtp.server.mechanisms("LOGIN", "DIGEST-MD5").user("ana", "correct horse");

        assertThat(smtp.send()).isInstanceOf(SmtpOutcome.Accepted.class);
    }

    @Test
    void neverSendsWithoutALogIn() throws Exception {
        smtp.server.mechanisms();

        SmtpOutcome outcome = smtp.send();

        assertThat(((SmtpOutcome.Deferred) outcome).reason()).isEqualTo("auth_mechanism_missing");
        assertThat(smtp.server.commands()).noneMatch(command -> command.startsWith("MAIL"));
    }

    @Test
    void saysThatTheCredentialsAreWrong() throws Exception {
        smtp.server.user("ana", "another");

        assertThat(((SmtpOutcome.CredentialsRefused) smtp.send()).reason()).isEqualTo("credentials_refused");
    }

    @ParameterizedTest
    @CsvSource({
        "454 4.7.0 temporary authentication failure, unavailable",
        "421 4.7.0 too many connections, throttled",
        "535 5.7.0 too many login attempts, throttled",
        "504 5.5.4 mechanism, auth_mechanism_missing",
        "530 5.7.0 must issue STARTTLS first, privacy_required"
    })
    void doesNotBlameTheCredentialsForOtherTroubleAtLogIn(String reply, String reason) throws Exception {
        smtp.server.always(SmtpStep.AUTH, SmtpFault.reply(reply));

        assertThat(((SmtpOutcome.Deferred) smtp.send()).reason()).isEqualTo(reason);
    }

    @Test
    void neverSharesAConnectionBetweenTwoAccounts() throws Exception {
        try (ScriptedSmtpServer second = ScriptedSmtpServer.start(
                ScriptedSmtpServer.Mode.TLS,
                SmtpFixture.AUTHORITY.server("127.0.0.1").serverContext())) {
            for (int i = 0; i < 3; i++) {
                smtp.send();
                smtp.transport.send(
                        new Endpoint("127.0.0.1", second.port(), Encryption.TLS),
                        SmtpFixture.credentials("bo"),
                        new SmtpEnvelope("bo@example.com", List.of(TO)),
                        SmtpFixture.mime("x\r\n"),
                        SmtpPhaseListener.NONE);
                smtp.transport.send(
                        smtp.endpoint(),
                        SmtpFixture.credentials("cy"),
                        new SmtpEnvelope("cy@example.com", List.of(TO)),
                        SmtpFixture.mime("x\r\n"),
                        SmtpPhaseListener.NONE);
            }

            assertThat(second.accepted()).extracting(AcceptedMail::user).containsOnly("bo");
            assertThat(smtp.server.accepted())
                    .hasSize(6)
                    .allMatch(mail -> mail.from().startsWith(mail.user()));
            assertThat(smtp.server.connections()).isEqualTo(6);
        }
    }
}

package dev.mailroom.account.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Kind;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HintsTest {
    private static final Server IMAP = new Server("imap.example.com", 993, Encryption.TLS);
    private static final Server SMTP = new Server("smtp.example.com", 587, Encryption.STARTTLS);

    @ParameterizedTest
    @EnumSource(Category.class)
    void saysWhatToDoAboutEveryCategoryAndNeverWhatTheServerSaid(Category category) {
        for (Leg leg : Leg.values()) {
            for (Kind kind : Kind.values()) {
                MailException failure = MailException.at(Stage.LOGIN, category)
                        .responseCode("X")
                        .serverText("secret banner text")
                        .build();

                String hint = Hints.of(leg, login(kind, "ana"), failure, null, false);

                assertThat(hint).hasSizeBetween(20, 600).endsWith(".").doesNotContain("secret banner text");
            }
        }
    }

    @Test
    void knowsTheOtherEncryption() {
        MailException silent = MailException.of(Stage.GREETING, Category.GREETING_TIMEOUT);

        assertThat(Hints.of(Leg.IMAP, login(Kind.IMAP, "ana"), silent, null, false))
                .contains("STARTTLS, usually on port 143");
        assertThat(Hints.of(Leg.SMTP, login(Kind.IMAP, "ana"), silent, null, false))
                .contains("TLS, usually on port 465");
    }

    @ParameterizedTest
    @EnumSource(
            value = Category.class,
            names = {
                "NOT_TLS",
                "STARTTLS_UNAVAILABLE",
                "TLS_HANDSHAKE",
                "TLS_TOO_OLD",
                "GREETING_TIMEOUT",
                "CONNECTION_REFUSED",
                "CONNECT_TIMEOUT",
                "UNREACHABLE",
                "NOT_THE_PROTOCOL",
                "AUTH_MECHANISM_MISSING",
                "STARTTLS_INJECTION",
                "PREAUTH_REFUSED"
            })
    void saysPlainlyWhatWorksInstead(Category category) {
        MailException failure = MailException.of(Stage.GREETING, category);

        assertThat(Hints.of(Leg.SMTP, login(Kind.IMAP, "ana"), failure, new Suggestion(465, Encryption.TLS), false))
                .contains("Tried just now: TLS on port 465 works");
    }

    @Test
    void namesWhatAnExchangeServerNeeds() {
        MailException refused = MailException.of(Stage.CONNECT, Category.CONNECTION_REFUSED);

        assertThat(Hints.of(Leg.IMAP, login(Kind.EXCHANGE, "ana"), refused, null, false))
                .contains("993 with TLS", "587 with STARTTLS", "permission to use IMAP");
    }

    @Test
    void asksForTheOtherFormOfAnExchangeUserName() {
        MailException refused = MailException.of(Stage.LOGIN, Category.CREDENTIALS_REFUSED);

        assertThat(Hints.of(Leg.IMAP, login(Kind.EXCHANGE, "ana@example.com"), refused, null, false))
                .contains("DOMAIN\\username");
        assertThat(Hints.of(Leg.IMAP, login(Kind.EXCHANGE, "CORP\\ana"), refused, null, false))
                .contains("email address");
    }

    @Test
    void showsOnlyCodesThatCarryNoText() {
        assertThat(codeOf("AUTHENTICATIONFAILED")).isEqualTo("AUTHENTICATIONFAILED");
        assertThat(codeOf("5.7.8")).isEqualTo("5.7.8");
        assertThat(codeOf("535")).isEqualTo("535");
        assertThat(codeOf("SSHBANNER")).isNull();
        assertThat(codeOf("HELLO THERE")).isNull();
        assertThat(codeOf("5.7.8; host=10.0.0.1")).isNull();
    }

    private static @Nullable String codeOf(String code) {
        MailException failure = MailException.at(Stage.LOGIN, Category.CREDENTIALS_REFUSED)
                .responseCode(code)
                .build();
        return LegDiagnosis.failed(Leg.IMAP, failure, "hint", null).code();
    }

    private static MailboxLogin login(Kind kind, String username) {
        return new MailboxLogin(kind, "ana@example.com", username, IMAP, SMTP);
    }
}

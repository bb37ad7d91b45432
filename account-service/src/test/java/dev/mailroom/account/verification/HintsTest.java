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

                String hint = Hints.of(leg, login(kind, "ana"), failure);

                assertThat(hint).hasSizeBetween(20, 500).endsWith(".").doesNotContain("secret banner text");
            }
        }
    }

    @Test
    void knowsTheOtherEncryption() {
        MailException silent = MailException.of(Stage.GREETING, Category.GREETING_TIMEOUT);

        assertThat(Hints.of(Leg.IMAP, login(Kind.IMAP, "ana"), silent)).contains("STARTTLS, usually on port 143");
        assertThat(Hints.of(Leg.SMTP, login(Kind.IMAP, "ana"), silent)).contains("TLS, usually on port 465");
    }

    @Test
    void asksForTheOtherFormOfAnExchangeUserName() {
        MailException refused = MailException.of(Stage.LOGIN, Category.CREDENTIALS_REFUSED);

        assertThat(Hints.of(Leg.IMAP, login(Kind.EXCHANGE, "ana@example.com"), refused))
                .contains("DOMAIN\\username");
        assertThat(Hints.of(Leg.IMAP, login(Kind.EXCHANGE, "CORP\\ana"), refused))
                .contains("email address");
    }

    @Test
    void showsOnlyCodesThatCarryNoText() {
        assertThat(codeOf("AUTHENTICATIONFAILED")).isEqualTo("AUTHENTICATIONFAILED");
        assertThat(codeOf("5.7.8")).isEqualTo("5.7.8");
        assertThat(codeOf("HELLO THERE")).isNull();
        assertThat(codeOf("5.7.8; host=10.0.0.1")).isNull();
    }

    private static @Nullable String codeOf(String code) {
        MailException failure = MailException.at(Stage.LOGIN, Category.CREDENTIALS_REFUSED)
                .responseCode(code)
                .build();
        return LegDiagnosis.failed(Leg.IMAP, failure, "hint").code();
    }

    private static MailboxLogin login(Kind kind, String username) {
        return new MailboxLogin(kind, "ana@example.com", username, IMAP, SMTP);
    }
}

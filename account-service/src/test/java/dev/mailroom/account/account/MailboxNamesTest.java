package dev.mailroom.account.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountState.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MailboxNamesTest {
    private static final String HOST = "imap.example.com";

    @ParameterizedTest
    @CsvSource({
        "ana@example.com,           ana@example.com",
        "ANA@Example.COM,           ana@example.com",
        "ana@example.com.,          ana@example.com",
        "ana,                       ana@example.com",
        "Ana,                       Ana@example.com",
        "CORP\\ana,                 ana@example.com",
        "corp\\ANA,                 ana@example.com",
        "CORP\\ana@example.com,     ana@example.com"
    })
    void knowsAMailboxByEverySpelling(String username, String email) {
        assertThat(MailboxNames.key(HOST, username, email))
                .isEqualTo(MailboxNames.key(HOST, "ana@example.com", "ana@example.com"));
    }

    @ParameterizedTest
    @CsvSource({
        "jürgen@bücher.example, jürgen@xn--bcher-kva.example",
        "JÜRGEN@BÜCHER.example, jürgen@bücher.example",
        "ju\u0308rgen@bu\u0308cher.example, jürgen@bücher.example"
    })
    void knowsAnInternationalDomainInLettersAndInAscii(String one, String other) {
        assertThat(MailboxNames.key(HOST, one, one)).isEqualTo(MailboxNames.key(HOST, other, other));
    }

    @ParameterizedTest
    @CsvSource({
        "bo,                        ana@example.com",
        "bo@example.com,            ana@example.com",
        "ana@example.org,           ana@example.com",
        "CORP\\bo,                  ana@example.com",
        "CORP\\ana\\support,        ana@example.com"
    })
    void keepsOtherMailboxesApart(String username, String email) {
        assertThat(MailboxNames.key(HOST, username, email))
                .isNotEqualTo(MailboxNames.key(HOST, "ana@example.com", "ana@example.com"));
    }

    @ParameterizedTest
    @CsvSource({
        "IMAP,     ana@example.com,  ANA@Example.COM.",
        "IMAP,     ana@example.com,  CORP\\ana",
        "IMAP,     CORP\\ana,        ana",
        "IMAP,     bo,               BO@example.com",
        "IMAP,     CORP\\bo,         bo@example.com",
        "IMAP,     shop-7,           SHOP-7",
        "EXCHANGE, CORP\\a123,       a123@corp.example",
        "EXCHANGE, a123@corp.example, A123",
        "EXCHANGE, CORP\\ana\\support, corp\\ANA\\support"
    })
    void takesAnotherSpellingOfTheUserNameOfAnAccount(Kind kind, String one, String other) {
        assertThat(MailboxNames.areOfOneMailbox(kind, "ana@example.com", one, other))
                .isTrue();
        assertThat(MailboxNames.areOfOneMailbox(kind, "ana@example.com", other, one))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "IMAP,     ana@example.com,  bo@example.com",
        "IMAP,     ana@example.com,  bo",
        "IMAP,     ana@example.com,  CORP\\bo",
        "IMAP,     ana@example.com,  ana@example.org",
        "IMAP,     CORP\\a123,       a123@corp.example",
        "IMAP,     bo,               bob",
        "EXCHANGE, CORP\\a123,       a124@corp.example",
        "EXCHANGE, ana@example.com,  ana@example.org",
        "EXCHANGE, ana@example.com,  CORP\\ana\\support",
        "EXCHANGE, ana@example.com,  ana@example.com\\support",
        "EXCHANGE, CORP\\ana,        ana@corp.example/support"
    })
    void takesNoOtherMailboxForTheOneOfAnAccount(Kind kind, String one, String other) {
        assertThat(MailboxNames.areOfOneMailbox(kind, "ana@example.com", one, other))
                .isFalse();
        assertThat(MailboxNames.areOfOneMailbox(kind, "ana@example.com", other, one))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"localhost, 127.0.0.1", "localhost, ::1", "mail.localhost, 127.0.0.1"})
    void knowsThisMachineByEveryName(String one, String other) {
        assertThat(MailboxNames.key(one, "ana", "ana@example.com"))
                .isEqualTo(MailboxNames.key(other, "ana", "ana@example.com"))
                .isNotEqualTo(MailboxNames.key("127.0.0.2", "ana", "ana@example.com"));
    }

    @ParameterizedTest
    @CsvSource({"imap.example.com, imap.example.org"})
    void keepsHostsApart(String one, String other) {
        assertThat(MailboxNames.key(one, "ana", "ana@example.com"))
                .isNotEqualTo(MailboxNames.key(other, "ana", "ana@example.com"));
    }
}

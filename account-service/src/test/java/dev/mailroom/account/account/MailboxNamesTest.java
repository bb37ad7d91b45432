package dev.mailroom.account.account;

import static org.assertj.core.api.Assertions.assertThat;

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
    @CsvSource({"imap.example.com, imap.example.org"})
    void keepsHostsApart(String one, String other) {
        assertThat(MailboxNames.key(one, "ana", "ana@example.com"))
                .isNotEqualTo(MailboxNames.key(other, "ana", "ana@example.com"));
    }
}

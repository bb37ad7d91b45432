package dev.mailroom.account.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {

    @ParameterizedTest
    @CsvSource({
        "' IMAP.Example.COM. ',        imap.example.com",
        "imap.bücher.example,          imap.xn--bcher-kva.example",
        "IMAP.BÜCHER.EXAMPLE,          imap.xn--bcher-kva.example",
        "imap.XN--BCHER-KVA.example,   imap.xn--bcher-kva.example",
        "imap。example。com,            imap.example.com",
        "mailserver,                   mailserver",
        "192.0.2.7,                    192.0.2.7",
        "2001:DB8:0:0:0:0:0:1,         2001:db8::1",
        "[2001:db8::1],                2001:db8::1",
        "2001:db8:0:1:0:0:0:1,         2001:db8:0:1::1",
        "2001:0:0:1:0:0:1:1,           2001::1:0:0:1:1",
        "2001:db8:0:1:1:1:1:1,         2001:db8:0:1:1:1:1:1",
        "1:0:0:0:0:0:0:0,              1::",
        "::1,                          ::1",
        "::,                           ::",
        "::ffff:10.1.2.3,              10.1.2.3"
    })
    void hasOneSpellingForEachHost(String typed, String canonical) {
        assertThat(HostName.canonical(typed)).isEqualTo(canonical);
        assertThat(HostName.canonical(canonical)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "a..b",
                "-a.example",
                "a b",
                "a/b",
                "127.1",
                "2130706433",
                "0x7f.0.0.1",
                "010.0.0.1",
                "1.2.3.256",
                "fe80::1%eth0",
                ":::",
                "[1.2.3.4]",
                "faß.example",
                "user@host",
                "host:993",
                "h\u0000st"
            })
    void refusesWhatIsNoHost(String typed) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostName.canonical(typed));
    }

    @Test
    void namesTheZoneOfAnAddress() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostName.canonical("fe80::1%eth0"))
                .withMessageContaining("zone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.7", "::1", "a..b"})
    void refusesAnAddressAsADomain(String typed) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostName.canonicalDomain(typed));
    }
}

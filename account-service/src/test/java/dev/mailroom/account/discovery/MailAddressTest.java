package dev.mailroom.account.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MailAddressTest {

    @Test
    void writesTheDomainAsTheDnsKnowsIt() {
        Map.of(
                        "ana@example.com",
                        "example.com",
                        "  Ana@EXAMPLE.Com ",
                        "example.com",
                        "ana@example.com.",
                        "example.com",
                        "ana@bücher.example",
                        "xn--bcher-kva.example",
                        "ana@例え.テスト",
                        "xn--r8jz45g.xn--zckzah",
                        "jürgen@mail.example.co.uk",
                        "mail.example.co.uk",
                        "a+b!c@1und1.example",
                        "1und1.example",
                        "x".repeat(64) + "@example.com",
                        "example.com")
                .forEach((text, domain) -> assertThat(
                                MailAddress.parse(text).orElseThrow().domain())
                        .as(text)
                        .isEqualTo(domain));
    }

    @Test
    void refusesWhatHasNoDomainToLookUp() {
        for (String text : bad()) {
            assertThat(MailAddress.parse(text)).as(text).isEmpty();
        }
    }

    static List<String> bad() {
        return List.of(
                "",
                "ana",
                "@example.com",
                "ana@",
                "ana@localhost",
                "ana@com",
                "a@b@example.com",
                "ana@[192.0.2.1]",
                "ana@[IPv6:2001:db8::1]",
                "ana@192.0.2.1",
                "ana@example.0x7f",
                "ana@2130706433",
                "ana@exa mple.com",
                "ana@example..com",
                "ana@.example.com",
                "ana@-example.com",
                "ana@exa_mple.com",
                "ana@example.com:993",
                "ana@example.com/x",
                "ana@example.com?x=y",
                "ana@example.com#x",
                "ana@user:x@example.com",
                "Ana <ana@example.com>",
                "ana@example.com\r\nX: y",
                "ana\r\n@example.com",
                "ana@example.com\u0000",
                "an\u0000a@example.com",
                "ana@exa\u2028mple.com",
                "x".repeat(65) + "@example.com",
                "ana@" + "x".repeat(64) + ".com",
                "ana@" + "a.".repeat(130) + "com",
                "ana@" + "ü".repeat(60) + ".example");
    }
}

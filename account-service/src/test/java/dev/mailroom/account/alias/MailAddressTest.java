package dev.mailroom.account.alias;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MailAddressTest {
    @Test
    void keepsOneFormOfAnAddress() {
        Map<String, String> forms = Map.of(
                "ana@example.com",
                "ana@example.com",
                " Ana.Silva@EXAMPLE.com ",
                "Ana.Silva@example.com",
                "ana+tag@Bücher.example",
                "ana+tag@xn--bcher-kva.example",
                "ana@xn--bcher-kva.example",
                "ana@xn--bcher-kva.example",
                "用户@例子.example",
                "用户@xn--fsqu00a.example",
                "ame\u0301lie@example.com",
                "am\u00e9lie@example.com",
                "ana@例子。example",
                "ana@xn--fsqu00a.example",
                "a".repeat(64) + "@example.com",
                "a".repeat(64) + "@example.com",
                "ana@localhost",
                "ana@localhost");

        forms.forEach((given, kept) ->
                assertThat(MailAddress.normalize(given)).as(given).isEqualTo(kept));
    }

    @Test
    void refusesWhatIsNoAddress() {
        List<String> refused = List.of(
                "",
                " ",
                "ana",
                "@example.com",
                "ana@",
                "a@b@example.com",
                ".ana@example.com",
                "ana.@example.com",
                "a..b@example.com",
                "ana silva@example.com",
                "\"ana silva\"@example.com",
                "Ana <ana@example.com>",
                "ana@example.com, bo@example.com",
                "ana@[127.0.0.1]",
                "ana@-example-.com",
                "ana@example..com",
                "ana@exa_mple.com",
                "ana@example.com.",
                "ana@" + "x".repeat(64) + ".com",
                "ana@" + "x.".repeat(130) + "com",
                "a".repeat(65) + "@example.com",
                "ana\r\nBcc: bo@example.com",
                "ana@example.com\r\nX: y",
                "a\u0000b@example.com",
                "an\u202ea@example.com",
                "ana\ud800@example.com");

        for (String address : refused) {
            assertThat(MailAddress.normalize(address)).as(address).isNull();
        }
    }
}

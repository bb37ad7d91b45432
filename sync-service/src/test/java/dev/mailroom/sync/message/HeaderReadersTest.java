package dev.mailroom.sync.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.Address;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class HeaderReadersTest {
    @Test
    void readsAddressesThatAreBroken() {
        assertThat(addresses("Bo <bo@example.com")).containsExactly(new Address("Bo", "bo@example.com"));
        assertThat(addresses("undisclosed-recipients:;")).isEmpty();
        assertThat(addresses("nobody, @, a@b.c,,")).containsExactly(new Address(null, "a@b.c"));
        assertThat(addresses("\"a\\\"b\" <@relay.example:c@d.e>")).containsExactly(new Address("a\"b", "c@d.e"));
        assertThat(addresses("x".repeat(400) + "@example.com")).isEmpty();
        assertThat(addresses("((((((" + "a@b.c")).isEmpty();
    }

    @Test
    void stopsAtTheLimitOfAddresses() {
        AddressList.Result result = AddressList.parse("a@b.c,".repeat(10), 3, UnaryOperator.identity());

        assertThat(result.addresses()).hasSize(3);
        assertThat(result.complete()).isFalse();
    }

    @Test
    void readsDatesOfOldAndCarelessSenders() {
        Instant noon = Instant.parse("2026-11-20T12:00:00Z");
        assertThat(MailDate.parse("Fri, 20 Nov 2026 12:00:00 +0000 (UTC)")).isEqualTo(noon);
        assertThat(MailDate.parse("20 Nov 26 12:00 GMT")).isEqualTo(noon);
        assertThat(MailDate.parse("Fri, 20 Nov 2026 07:00:00 EST")).isEqualTo(noon);
        assertThat(MailDate.parse("20-Nov-2026 14:30:00 +0230")).isEqualTo(noon);
        assertThat(MailDate.parse("Thu, 01 Jan 1970 00:00:60 +0000")).isEqualTo(Instant.parse("1970-01-01T00:00:59Z"));
        assertThat(MailDate.parse("31 Feb 2026 12:00:00 +0000")).isNull();
        assertThat(MailDate.parse("20 Nov 2026 12:00:00 +9900")).isNull();
        assertThat(MailDate.parse("yesterday")).isNull();
        assertThat(MailDate.parse(null)).isNull();
    }

    @Test
    void keepsTheNearestReferences() {
        StringBuilder header = new StringBuilder();
        for (int i = 0; i < 150; i++) {
            header.append("<").append(i).append("@x>\r\n ");
        }

        List<String> ids = MessageIds.all(header + "<3@x> <> <broken");

        assertThat(ids).hasSize(MessageIds.REFERENCES_MAX).endsWith("<149@x>", "<3@x>");
        assertThat(MessageIds.own("bare@example.net")).isEqualTo("<bare@example.net>");
        assertThat(MessageIds.own("  ")).isNull();
    }

    @Test
    void storesFlagsInOneForm() {
        assertThat(Flags.joined(List.of("\\SEEN", "\\Recent", "$Work", "\\flagged")))
                .isEqualTo("$Work \\Flagged \\Seen");
        assertThat(Flags.joined(List.of())).isEmpty();
    }

    private static List<Address> addresses(String header) {
        return AddressList.parse(header, 100, UnaryOperator.identity()).addresses();
    }
}

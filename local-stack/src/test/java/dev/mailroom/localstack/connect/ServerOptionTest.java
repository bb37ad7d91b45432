package dev.mailroom.localstack.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.localstack.terminal.CommandFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerOptionTest {

    @ParameterizedTest
    @CsvSource({
        "imap.example.com,                993, imap.example.com:993:tls",
        "imap.example.com:143,            993, imap.example.com:143:starttls",
        "smtp.example.com,                587, smtp.example.com:587:starttls",
        "smtp.example.com:465,            587, smtp.example.com:465:tls",
        "10.0.0.7:3993,                   993, 10.0.0.7:3993:tls",
        "imap.example.com:143:TLS,        993, imap.example.com:143:tls",
        "2001:db8::1,                     993, [2001:db8::1]:993:tls",
        "::1,                             587, [::1]:587:starttls",
        "[2001:db8::1],                   993, [2001:db8::1]:993:tls",
        "[2001:db8::1]:143,               993, [2001:db8::1]:143:starttls",
        "[2001:db8::1]:1993:starttls,     993, [2001:db8::1]:1993:starttls",
        "' imap.example.com:993:starttls',993, imap.example.com:993:starttls"
    })
    void readsWhatAPersonWritesAndGuessesTheRest(String text, int defaultPort, String meant) {
        assertThat(ServerOption.parse(text, defaultPort)).hasToString(meant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":993",
                "host:0",
                "host:65536",
                "host:imap",
                "host:993:ssl",
                "host:993:tls:x",
                "[::1",
                "[]:993",
                "[::1]993",
                "[::1]x:993",
                "[host]:993",
                "::1:x:y",
                "[::1]:993:tls:x"
            })
    void saysWhatIsWrong(String text) {
        assertThatThrownBy(() -> ServerOption.parse(text, 993)).isInstanceOf(CommandFailure.class);
    }

    @Test
    void writesAnIpv6AddressWithoutBracketsForTheService() {
        assertThat(ServerOption.parse("[2001:db8::1]:993", 1)
                        .toJson()
                        .path("host")
                        .asText())
                .isEqualTo("2001:db8::1");
    }

    @Test
    void givesTheServiceTheThreeFields() {
        assertThat(ServerOption.parse("imap.example.com", 993).toJson())
                .hasToString("{\"host\":\"imap.example.com\",\"port\":993,\"encryption\":\"tls\"}");
    }
}

package dev.mailroom.mailclient.failure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalTextTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Application-specific password required: see a page (Failure)                | APP_PASSWORD_NEEDED
                    Invalid credentials. Use an app password                                     | APP_PASSWORD_NEEDED
                    Please use the App-Specific Password                                         | APP_PASSWORD_NEEDED
                    Please log in via your web browser: see a page (Failure)                     | CONTACT_ADMIN
                    Your account is not enabled for IMAP use. Please visit your settings         | PROTOCOL_DISABLED
                    IMAP access is disabled for your domain. Please contact your administrator   | PROTOCOL_DISABLED
                    You are yet to enable IMAP for your account                                  | PROTOCOL_DISABLED
                    IMAP/POP3 is not activated in the settings of your mailbox                   | PROTOCOL_DISABLED
                    SmtpClientAuthentication is disabled for the Mailbox                         | PROTOCOL_DISABLED
                    LOGIN Invalid credentials or IMAP is disabled                                | CREDENTIALS_REFUSED
                    Unsupported authentication mechanism.                                        | AUTH_MECHANISM_MISSING
                    Plaintext authentication disallowed on non-secure (SSL/TLS) connections.     | PRIVACY_REQUIRED
                    Too many simultaneous connections. (Failure)                                 | THROTTLED
                    Too many bad login attempts. Try again later                                 | THROTTLED
                    Temporary authentication failure.                                            | UNAVAILABLE
                    Please try again later                                                       | UNAVAILABLE
                    User is authenticated but not connected.                                     | UNAVAILABLE
                    Login failure: server is overloaded                                          | UNAVAILABLE
                    Incorrect user name or password, try again                                   | CREDENTIALS_REFUSED
                    """)
    void knowsWhatServersMean(String text, Category meaning) {
        assertThat(RefusalText.meaningOf(text)).isEqualTo(meaning);
    }

    @Test
    void readsNothingIntoOtherWords() {
        assertThat(RefusalText.meaningOf("LOGIN failed.")).isNull();
        assertThat(RefusalText.meaningOf("")).isNull();
    }
}

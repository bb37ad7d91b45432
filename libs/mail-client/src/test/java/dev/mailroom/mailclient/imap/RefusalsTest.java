package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Remedy;
import dev.mailroom.mailclient.failure.Stage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What providers say behind the log-in. */
class RefusalsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    SELECT  | [LIMIT] SELECT Rate limit hit.                                         | THROTTLED   | BACK_OFF
                    COMMAND | [UNAVAILABLE] Server error - please try again later                    | UNAVAILABLE | BACK_OFF
                    COMMAND | [SERVERBUG] UID FETCH Server error                                     | UNAVAILABLE | BACK_OFF
                    COMMAND | [INUSE] The mailbox is being moved                                     | UNAVAILABLE | BACK_OFF
                    COMMAND | [THROTTLED] Account exceeded command or bandwidth limits.              | THROTTLED   | BACK_OFF
                    COMMAND | Request is throttled. Suggested Backoff Time: 92415 milliseconds       | THROTTLED   | BACK_OFF
                    SELECT  | User is authenticated but not connected.                               | UNAVAILABLE | BACK_OFF
                    COMMAND | Internal error occurred. Refer to server log for more information.     | UNAVAILABLE | BACK_OFF
                    COMMAND | Server Busy. Please try again later                                    | UNAVAILABLE | BACK_OFF
                    COMMAND | [OVERQUOTA] The mailbox is full                                        | OVER_QUOTA  | NEEDS_ACTION
                    SELECT  | [NOPERM] Not yours                                                     | MAILBOX_REFUSED | GIVE_UP
                    """)
    void aRefusalOfACommandIsNeverAboutThePassword(Stage stage, String said, Category category, Remedy remedy) {
        MailException failure = Refusals.of(stage, StatusText.parse(said), true);

        assertThat(failure.category()).isEqualTo(category);
        assertThat(failure.remedy()).isEqualTo(remedy);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Too many connections, try again later     | THROTTLED       | BACK_OFF
                    [UNAVAILABLE] Session expired             | UNAVAILABLE     | BACK_OFF
                    Temporary System Error                    | UNAVAILABLE     | BACK_OFF
                    Connection is closed. 13                  | CONNECTION_LOST | RETRY
                    Disconnected for inactivity.              | CONNECTION_LOST | RETRY
                    """)
    void aServerThatHangsUpIsComeBackTo(String said, Category category, Remedy remedy) {
        MailException failure = Refusals.bye(Stage.COMMAND, StatusText.parse(said), true);

        assertThat(failure.category()).isEqualTo(category);
        assertThat(failure.remedy()).isEqualTo(remedy);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Request is throttled. Suggested Backoff Time: 92415 milliseconds   | PT1M32.415S
                    [THROTTLED] Suggested Backoff Time 299961 Milliseconds             | PT4M59.961S
                    Backoff time: 30                                                   | PT30S
                    Please back-off for 2 minutes                                      | PT2M
                    Suggested Backoff Time: 999999999 minutes                          | PT24H
                    Too many connections                                               |
                    """)
    void staysAwayForAsLongAsTheServerAsks(String said, @Nullable Duration asked) {
        assertThat(Refusals.of(Stage.COMMAND, StatusText.parse(said), true).suggestedBackoff())
                .isEqualTo(java.util.Optional.ofNullable(asked));
    }
}

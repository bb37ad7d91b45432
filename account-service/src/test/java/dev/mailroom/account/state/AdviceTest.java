package dev.mailroom.account.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.Remedy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class AdviceTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "account-states.md");

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "connecting, -, WAIT",
                "connecting, credentials_refused, WAIT",
                "connecting, connect_timeout, WAIT",
                "importing, -, NONE",
                "live, -, NONE",
                "paused, -, RESUME",
                "throttled, throttled, WAIT",
                "auth_failed, credentials_refused, CHANGE_PASSWORD",
                "auth_failed, app_password_needed, CHANGE_PASSWORD",
                "auth_failed, domain_user_needed, CHANGE_PASSWORD",
                "disconnected, connect_timeout, RECONNECT",
                "disconnected, internal, CONTACT_OPERATOR",
                "disconnected, credentials_unavailable, CONTACT_OPERATOR",
                "needs_action, mailboxes_not_configured, CHOOSE_MAILBOXES",
                "needs_action, certificate_expired, CONTACT_PROVIDER",
                "needs_action, certificate_self_signed, CONTACT_PROVIDER",
                "needs_action, tls_too_old, CONTACT_PROVIDER",
                "needs_action, protocol_disabled, CHANGE_PROVIDER_SETTINGS",
                "needs_action, over_quota, CHANGE_PROVIDER_SETTINGS",
                "needs_action, address_not_allowed, CONTACT_OPERATOR",
                "needs_action, something_new, CONTACT_PROVIDER",
                "something_new, -, WAIT",
            })
    void givesAWordForAProgram(String state, @Nullable String category, Action action) {
        assertThat(Advice.of(state, category).action()).isEqualTo(action);
    }

    @Test
    void saysWhyAnAccountIsTriedAgain() {
        assertThat(List.of(
                        Advice.of("connecting", null).what(),
                        Advice.of("connecting", "credentials_refused").what(),
                        Advice.of("connecting", "connect_timeout").what(),
                        Advice.of("connecting", "internal").what()))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(SyncStatus.State.class)
    void saysWhatToDoInEachStateThatLasts(SyncStatus.State state) {
        String word = state.name().toLowerCase(Locale.ROOT);
        Advice advice = Advice.of(word, null);

        assertThat(advice.what()).doesNotContain("The state of the account is");
        if (Advice.isTrouble(word)) {
            assertThat(advice.todo()).isNotBlank();
            assertThat(advice.action()).isNotIn(Action.NONE, Action.WAIT);
        }
        assertThat(Advice.isTrouble(word) && Advice.isWorking(word)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = Category.class,
            names = {"TLS_TOO_OLD", "CERTIFICATE_SELF_SIGNED", "CERTIFICATE_EXPIRED", "DOMAIN_USER_NEEDED"})
    void hasWordsOfItsOwnForWhatAPersonCanMend(Category category) {
        String state = category.remedy() == Remedy.REAUTHENTICATE ? "auth_failed" : "needs_action";

        assertThat(Advice.of(state, category.wireName())).isNotEqualTo(Advice.of(state, null));
    }

    @ParameterizedTest
    @MethodSource("categoriesThatAskForAPerson")
    void isDocumented(String category) throws IOException {
        assertThat(Files.readString(DOCUMENT)).contains("`" + category + "`");
    }

    static Stream<String> categoriesThatAskForAPerson() {
        return Stream.concat(
                Stream.of("mailboxes_not_configured", "credentials_unavailable", "internal"),
                Arrays.stream(Category.values())
                        .filter(category ->
                                category.remedy() == Remedy.NEEDS_ACTION || category.remedy() == Remedy.REAUTHENTICATE)
                        .map(Category::wireName));
    }

    @Test
    void everyStateAndActionIsDocumented() throws IOException {
        String document = Files.readString(DOCUMENT);
        List<String> words = Stream.concat(
                        Arrays.stream(SyncStatus.State.values())
                                .map(state -> state.name().toLowerCase(Locale.ROOT)),
                        Arrays.stream(Action.values()).map(Action::wireName))
                .toList();

        assertThat(words).allSatisfy(word -> assertThat(document).contains("`" + word + "`"));
    }
}

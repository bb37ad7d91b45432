package dev.mailroom.account.alias;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.http.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AliasCheckTest {
    @ParameterizedTest
    @ValueSource(strings = {"\u202e", "\u2066", "\u200b", "\u0007", "\u2028"})
    void refusesANameThatReadsOtherwiseThanItIsWritten(String hidden) {
        assertThatThrownBy(() -> AliasCheck.change(named("Ana" + hidden + "Silva")))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.status()).isEqualTo(400));
    }

    @Test
    void takesTheJoinersOfScriptsAndEmoji() {
        String name = "Ana \ud83d\udc69\u200d\ud83d\udcbb";

        assertThat(AliasCheck.change(named(name)).name()).isEqualTo(name);
    }

    private static AliasRequest named(String name) {
        return new AliasRequest(null, name, null, null, null, null, null, null);
    }
}

package dev.mailroom.rules.condition;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternSizeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "invoice[ -]?\\d{4,8}",
                "^(re|fwd?):",
                "\\b[A-Z]{2}\\d{2}(?: ?\\d{4}){3}\\b",
                "[[:alpha:]]+@[^]x]*",
                "\\Q{1000}\\E.*",
                "(((((a+)+)+)+)+)+",
            })
    void isNotFarBelowWhatThePatternReallyTakes(String pattern) {
        long estimate = PatternSize.of(pattern);

        assertThat(estimate * 4).isGreaterThanOrEqualTo(programSize(pattern));
        assertThat(estimate).isLessThanOrEqualTo(ConditionReader.PATTERN_MAX_STEPS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "((a{1000}){1000}){1000}",
                "(?:(?:x{100}){100})+",
                "(((((((((a{10}){10}){10}){10}){10}){10}){10}){10}){10})",
                "a{2000000000}{2000000000}{2000000000}",
                "(a{500}|b{600})",
            })
    void seesWhatWouldBeTooLargeBeforeItIsBuilt(String pattern) {
        assertThat(PatternSize.of(pattern)).isGreaterThan(ConditionReader.PATTERN_MAX_STEPS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "(", ")", "[", "{", "}", "\\", "a{", "a{1", "a{,}", ")(", "[\\", "\\Q", "[[:", "((("})
    void survivesWhatIsNoPattern(String pattern) {
        assertThat(PatternSize.of(pattern)).isBetween(0L, 100L);
    }

    private static long programSize(String pattern) {
        return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE).programSize();
    }
}

package dev.mailroom.rules.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.rules.TestRules;
import dev.mailroom.rules.condition.Condition;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RuleCacheTest {
    private final RuleCache cache = new RuleCache();
    private final List<Rule> thousand = Collections.nCopies(1_000, TestRules.rule(Condition.always()));

    @Test
    void givesRulesForTheirOwnVersionOnly() {
        RuleCache.Key key = key();
        cache.put(key, 3, thousand);

        assertThat(cache.get(key, 3)).hasSize(1_000);
        assertThat(cache.get(key, 4)).isNull();
        assertThat(cache.get(new RuleCache.Key(key.organization(), UUID.randomUUID()), 3))
                .isNull();
    }

    @Test
    void aReaderThatComesLateDoesNotBringBackOldRules() {
        RuleCache.Key key = key();
        cache.put(key, 4, List.of());
        cache.put(key, 3, thousand);

        assertThat(cache.get(key, 4)).isEmpty();
        assertThat(cache.weight()).isEqualTo(1);
    }

    @Test
    void keepsItsBoundAndForgetsWhatWasUsedLongestAgo() {
        RuleCache.Key first = key();
        RuleCache.Key second = key();
        cache.put(first, 1, thousand);
        cache.put(second, 1, thousand);
        int others = RuleCache.RULES_MAX / 1_001 - 1;
        for (int i = 0; i < others; i++) {
            assertThat(cache.get(first, 1)).isNotNull();
            cache.put(key(), 1, thousand);
            assertThat(cache.weight()).isLessThanOrEqualTo(RuleCache.RULES_MAX);
        }

        assertThat(cache.get(first, 1)).isNotNull();
        assertThat(cache.get(second, 1)).isNull();
    }

    @Test
    void emptySetsCountToo() {
        for (int i = 0; i < RuleCache.RULES_MAX + 10; i++) {
            cache.put(key(), 1, List.of());
        }

        assertThat(cache.weight()).isEqualTo(RuleCache.RULES_MAX);
    }

    private static RuleCache.Key key() {
        return new RuleCache.Key(UUID.randomUUID(), null);
    }
}

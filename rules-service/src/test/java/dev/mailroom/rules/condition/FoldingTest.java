package dev.mailroom.rules.condition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldingTest {
    @ParameterizedTest
    @CsvSource({
        "INVOICE, invoice",
        "Straße, STRASSE",
        "ΟΔΟΣ, οδος",
        "οδός, ΟΔΌΣ",
        "ﬁnance, FINANCE",
        "ＩＮＶＯＩＣＥ, invoice",
        "cafe\u0301, CAFÉ",
        "in\u00ADvoice, invoice",
        "in\u200Bvo\uFEFFice, invoice",
        "'a \t\r\n b', 'a b'",
        "'a\u00A0b', 'a b'",
        "①, 1",
    })
    void whatAPersonReadsAsEqualIsEqual(String one, String other) {
        assertThat(Folding.fold(one)).isEqualTo(Folding.fold(other));
    }

    @Test
    void whatDiffersStaysDifferent() {
        assertThat(Folding.fold("resume")).isNotEqualTo(Folding.fold("résumé"));
        assertThat(Folding.fold("paypal")).isNotEqualTo(Folding.fold("pаypal"));
    }

    @Test
    void foldingTwiceIsFoldingOnceAndCaseNeverMatters() {
        for (long seed = 1; seed <= 3_000; seed++) {
            String text = randomText(new Random(seed));
            String folded = Folding.fold(text);
            assertThat(Folding.fold(folded)).as("seed %d", seed).isEqualTo(folded);
            assertThat(Folding.fold(text.toUpperCase(Locale.ROOT)))
                    .as("seed %d", seed)
                    .isEqualTo(folded);
        }
    }

    @Test
    void aDomainIsTheSameInALabelsAndInUnicode() {
        assertThat(Folding.foldAddress("Ana@XN--MNCHEN-3YA.de")).isEqualTo(Folding.foldAddress("ana@münchen.DE"));
        assertThat(Folding.foldAddress("no address at all")).isEqualTo("no address at all");
    }

    private static String randomText(Random random) {
        int[][] ranges = {
            {0x20, 0x7e}, {0xa0, 0x24f}, {0x391, 0x3c9}, {0x410, 0x44f}, {0x1e00, 0x1eff}, {0xff21, 0xff5a}
        };
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i >= 0; i--) {
            int[] range = ranges[random.nextInt(ranges.length)];
            text.appendCodePoint(range[0] + random.nextInt(range[1] - range[0]));
        }
        return text.toString();
    }
}

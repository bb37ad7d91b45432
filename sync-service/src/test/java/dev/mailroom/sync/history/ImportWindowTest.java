package dev.mailroom.sync.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class ImportWindowTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 3, 31);

    @Test
    void beginsOnTheDayThatTheWordSays() {
        assertThat(ImportWindow.since("1m", TODAY)).contains(LocalDate.of(2026, 2, 28));
        assertThat(ImportWindow.since("10y", TODAY)).contains(LocalDate.of(2016, 3, 31));
        assertThat(ImportWindow.since("all", TODAY)).isEmpty();
    }

    @Test
    void refusesAnUnknownWord() {
        assertThatThrownBy(() -> ImportWindow.since("4w", TODAY)).isInstanceOf(IllegalArgumentException.class);
    }
}

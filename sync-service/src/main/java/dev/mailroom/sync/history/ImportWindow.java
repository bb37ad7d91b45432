package dev.mailroom.sync.history;

import java.time.LocalDate;
import java.time.Period;
import java.util.Map;
import java.util.Optional;

/** How much old mail is wanted: one of {@code none 1m 3m 6m 1y 2y 3y 5y 10y all}. */
final class ImportWindow {
    static final String NONE = "none";

    private static final String ALL = "all";
    private static final Map<String, Period> PERIODS = Map.of(
            "1m", Period.ofMonths(1),
            "3m", Period.ofMonths(3),
            "6m", Period.ofMonths(6),
            "1y", Period.ofYears(1),
            "2y", Period.ofYears(2),
            "3y", Period.ofYears(3),
            "5y", Period.ofYears(5),
            "10y", Period.ofYears(10));

    private ImportWindow() {}

    /**
     * The first day whose mail is wanted; empty for all.
     *
     * @throws IllegalArgumentException for a word that is no window
     */
    static Optional<LocalDate> since(String history, LocalDate today) {
        if (history.equals(ALL)) {
            return Optional.empty();
        }
        Period period = PERIODS.get(history);
        if (period == null) {
            throw new IllegalArgumentException("no window of history: " + history);
        }
        return Optional.of(today.minus(period));
    }
}

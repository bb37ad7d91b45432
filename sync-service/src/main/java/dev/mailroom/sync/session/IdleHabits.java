package dev.mailroom.sync.session;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Hosts that let an IDLE die sooner than others, as far as it is known of them. */
final class IdleHabits {
    /** The longest IDLE of the hosts of a domain. */
    private record Habit(String domain, Duration idleMax) {}

    private static final Duration SHORT = Duration.ofSeconds(55);
    private static final Duration YAHOO = Duration.ofMinutes(3);

    private static final List<Habit> HABITS = List.of(
            new Habit("rambler.ru", SHORT),
            new Habit("163.com", SHORT),
            new Habit("126.com", SHORT),
            new Habit("yeah.net", SHORT),
            new Habit("188.com", SHORT),
            new Habit("yahoo.com", YAHOO),
            new Habit("yahoo.co.jp", YAHOO),
            new Habit("aol.com", YAHOO));

    private IdleHabits() {}

    /** What is left of the longest IDLE with a host. */
    static Duration idleMax(String host, Duration general) {
        String name = host.toLowerCase(Locale.ROOT);
        return HABITS.stream()
                .filter(habit -> name.equals(habit.domain) || name.endsWith("." + habit.domain))
                .map(Habit::idleMax)
                .filter(shorter -> shorter.compareTo(general) < 0)
                .findFirst()
                .orElse(general);
    }
}

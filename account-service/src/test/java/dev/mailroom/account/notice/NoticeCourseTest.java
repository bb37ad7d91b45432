package dev.mailroom.account.notice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.account.notice.NoticeCourse.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Courses of states and the mails that come of them: each word is a state with the minute at which it is reported, each expected word a
 * mail with the minute at which it goes out.
 */
class NoticeCourseTest {
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
    private static final int GATHER = 5;
    private static final int SETTLE = 10;
    private static final int REPEAT = 24 * 60;

    private final NoticeCourse course =
            new NoticeCourse(Duration.ofMinutes(GATHER), Duration.ofMinutes(SETTLE), Duration.ofMinutes(REPEAT));

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // What is no trouble is not told, and its end neither.
                "0 connecting, 1 importing, 60 live | -",
                "0 live, 5 throttled, 300 throttled, 400 live | -",
                "0 live, 5 connecting, 6 live, 7 paused | -",
                // One notice for each kind of trouble, one when it is over and has stayed over.
                "0 auth_failed | 5 problem",
                "0 disconnected | 5 problem",
                "0 needs_action | 5 problem",
                "0 auth_failed, 60 connecting, 61 live | 5 problem, 71 recovered",
                "0 disconnected, 60 importing, 90 live | 5 problem, 70 recovered",
                // It is not over before mail comes in.
                "0 auth_failed, 60 connecting, 90 throttled | 5 problem",
                // Over before anybody was told: nothing to tell.
                "0 disconnected, 3 live | -",
                "0 disconnected, 3 live, 4 disconnected | 9 problem",
                // A session that tries again and again is one trouble.
                "0 disconnected, 4 connecting, 5 disconnected, 9 connecting, 10 disconnected, 15 disconnected | 5 problem",
                "0 disconnected, 60 connecting, 65 disconnected, 120 connecting, 125 disconnected, 3000 disconnected | 5 problem",
                // Works for less than the settle time: the same trouble.
                "0 disconnected, 30 live, 35 disconnected, 60 live, 69 disconnected, 100 live | 5 problem, 110 recovered",
                // Works for longer: another trouble.
                "0 disconnected, 30 live, 60 disconnected, 90 live | 5 problem, 40 recovered, 65 problem, 100 recovered",
                // From waiting to acting: told once more, but not within a day.
                "0 disconnected, 60 auth_failed | 5 problem, 1440 problem",
                "0 disconnected, 2000 auth_failed | 5 problem, 2005 problem",
                "0 disconnected, 60 auth_failed, 100 live | 5 problem, 110 recovered",
                "0 disconnected, 2 auth_failed | 5 problem",
                "0 auth_failed, 60 disconnected | 5 problem",
                "0 auth_failed, 60 needs_action, 2000 auth_failed | 5 problem",
                "0 disconnected, 30 live, 35 auth_failed | 5 problem, 1440 problem",
                // The end is told once.
                "0 auth_failed, 30 live, 31 live, 32 importing, 33 live, 90 live, 200 live | 5 problem, 40 recovered",
                // A pause of the person is neither trouble nor its end.
                "0 auth_failed, 30 paused, 60 connecting, 61 auth_failed, 90 live | 5 problem, 100 recovered",
            })
    void tells(String reports, @Nullable String mails) {
        List<NoticeRow> rows = new ArrayList<>();
        List<String> sent = new ArrayList<>();
        for (String report : reports.split(", ")) {
            int minute = Integer.parseInt(report.split(" ")[0]);
            mail(rows, sent, minute);
            take(rows, report.split(" ")[1], minute);
        }
        mail(rows, sent, Integer.MAX_VALUE);

        assertThat(sent).containsExactly(mails == null ? new String[0] : mails.split(", "));
    }

    private void take(List<NoticeRow> rows, String state, int minute) {
        List<NoticeRow> latest = rows.stream()
                .filter(row -> !row.status.equals(NoticeRow.OVERTAKEN))
                .sorted(Comparator.comparing((NoticeRow row) -> row.plannedAt).reversed())
                .toList();
        switch (course.on(state, latest, at(minute))) {
            case Step.Nothing() -> {}
            case Step.Plan(String kind, Instant dueAt) -> rows.add(row(kind, state, minute, dueAt));
            case Step.Restate(NoticeRow planned) -> planned.accountState = state;
            case Step.Withdraw(NoticeRow planned) -> planned.overtaken(at(minute));
            case Step.WithdrawAndPlan(NoticeRow planned, String kind, Instant dueAt) -> {
                planned.overtaken(at(minute));
                rows.add(row(kind, state, minute, dueAt));
            }
        }
    }

    /** What is due by then goes out. */
    private static void mail(List<NoticeRow> rows, List<String> sent, int minute) {
        for (NoticeRow row : rows) {
            long due = Duration.between(START, row.dueAt).toMinutes();
            if (row.status.equals(NoticeRow.PLANNED) && due <= minute) {
                row.mailed(UUID.randomUUID(), row.dueAt);
                sent.add(due + " " + row.kind);
            }
        }
    }

    private static NoticeRow row(String kind, String state, int minute, Instant dueAt) {
        Report report = new Report(UUID.randomUUID(), UUID.randomUUID(), state, null, at(minute));
        return NoticeRow.planned(UUID.randomUUID(), report, UUID.randomUUID(), kind, at(minute), dueAt);
    }

    private static Instant at(int minute) {
        return START.plus(Duration.ofMinutes(minute));
    }
}

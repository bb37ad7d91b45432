package dev.mailroom.account.notice;

import dev.mailroom.account.state.Advice;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Decides what a report means for the owner. Knows neither database nor mail.
 *
 * <p>A trouble begins with a state that lasts and ends when the account has worked for the settle time. All that happens in between is one
 * trouble: it is told once, and once more if it first asked to wait and then asks for the person. A trouble that ends before it was told
 * is not told, nor is its end.
 */
final class NoticeCourse {
    private final Duration gatherTime;
    private final Duration settleTime;
    private final Duration repeatAfter;

    NoticeCourse(Duration gatherTime, Duration settleTime, Duration repeatAfter) {
        this.gatherTime = gatherTime;
        this.settleTime = settleTime;
        this.repeatAfter = repeatAfter;
    }

    /** What to do with the notices of the account. */
    sealed interface Step {
        record Nothing() implements Step {}

        /** A new notice. */
        record Plan(String kind, Instant dueAt) implements Step {}

        /** The planned notice of the trouble is about this now. */
        record Restate(NoticeRow planned) implements Step {}

        /** The planned notice is no longer true. */
        record Withdraw(NoticeRow planned) implements Step {}

        /** Planned, no longer true; what was told before it is over, too. */
        record WithdrawAndPlan(NoticeRow planned, String kind, Instant dueAt) implements Step {}
    }

    /** @param latest notices of the account that were not overtaken, newest first */
    Step on(String state, List<NoticeRow> latest, Instant now) {
        Optional<NoticeRow> pendingProblem = first(latest, NoticeRow.PROBLEM, NoticeRow.PLANNED);
        Optional<NoticeRow> pendingRecovery = first(latest, NoticeRow.RECOVERED, NoticeRow.PLANNED);
        Optional<NoticeRow> told = lastTold(latest);
        if (Advice.isTrouble(state)) {
            return onTrouble(state, pendingProblem, pendingRecovery, told, now);
        }
        if (Advice.isWorking(state)) {
            return onWorking(pendingProblem, pendingRecovery, told, now);
        }
        return new Step.Nothing();
    }

    private Step onTrouble(
            String state,
            Optional<NoticeRow> pendingProblem,
            Optional<NoticeRow> pendingRecovery,
            Optional<NoticeRow> told,
            Instant now) {
        if (pendingProblem.isPresent()) {
            return new Step.Restate(pendingProblem.get());
        }
        if (told.isEmpty()) {
            return new Step.Plan(NoticeRow.PROBLEM, now.plus(gatherTime));
        }
        boolean worse = Advice.asksForPerson(state) && !Advice.asksForPerson(told.get().accountState);
        if (!worse) {
            return pendingRecovery.<Step>map(Step.Withdraw::new).orElseGet(Step.Nothing::new);
        }
        Instant earliest = told.get().plannedAt.plus(repeatAfter);
        Instant gathered = now.plus(gatherTime);
        Instant dueAt = earliest.isAfter(gathered) ? earliest : gathered;
        return pendingRecovery
                .<Step>map(planned -> new Step.WithdrawAndPlan(planned, NoticeRow.PROBLEM, dueAt))
                .orElseGet(() -> new Step.Plan(NoticeRow.PROBLEM, dueAt));
    }

    private Step onWorking(
            Optional<NoticeRow> pendingProblem,
            Optional<NoticeRow> pendingRecovery,
            Optional<NoticeRow> told,
            Instant now) {
        Instant settled = now.plus(settleTime);
        boolean tellEnd = told.isPresent() && pendingRecovery.isEmpty();
        if (pendingProblem.isPresent()) {
            return tellEnd
                    ? new Step.WithdrawAndPlan(pendingProblem.get(), NoticeRow.RECOVERED, settled)
                    : new Step.Withdraw(pendingProblem.get());
        }
        return tellEnd ? new Step.Plan(NoticeRow.RECOVERED, settled) : new Step.Nothing();
    }

    /** The last notice of a trouble that has not been told to be over. */
    private static Optional<NoticeRow> lastTold(List<NoticeRow> latest) {
        for (NoticeRow row : latest) {
            if (!row.status.equals(NoticeRow.PLANNED)) {
                return row.kind.equals(NoticeRow.PROBLEM) ? Optional.of(row) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static Optional<NoticeRow> first(List<NoticeRow> latest, String kind, String status) {
        return latest.stream().filter(row -> row.is(kind, status)).findFirst();
    }
}

package dev.mailroom.systemtests.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.systemtests.replicas.Fault.Scope;
import dev.mailroom.systemtests.replicas.FaultRun.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Every kind of fault at random moments while mail arrives and a second program is at work: nothing lost, nothing told twice, the order kept,
 * and in the end the server, the database and the events agree.
 *
 * <p>{@code -Dfaults.moments=5} runs the seeds 1 to 5, {@code -Dfaults.seed=7} runs one, {@code -Dfaults.of=F7,F12} some faults,
 * {@code -Dfaults.of=all} all of them. {@code -Dfaults.away=30} makes a replica stay away for so many seconds, {@code -Dfaults.history}
 * and {@code -Dfaults.storm} are messages to import and sessions to cut, {@code -Dfaults.steps=18} strikes so many of the steps of F2 in each
 * run, {@code -Dfaults.step=COPIED} that one. {@code F5} stands for {@code F5-crash} and the others of its kind.
 */
@EnabledIf("dev.mailroom.testkit.imap.DovecotServer#installed")
class FaultMomentsTest {
    private static final String IN_CI = "F1,F2,F5-crash,F6,F7,F8,F9,F10,F11,F21,F22,F24";
    private static final List<Outcome> OUTCOMES = new ArrayList<>();
    private static @Nullable FaultStage stage;

    @BeforeAll
    static void start() throws Exception {
        stage = new FaultStage();
    }

    @AfterAll
    static void stop() throws Exception {
        report();
        if (stage != null) {
            stage.close();
        }
    }

    static List<Fault> chosen(Scope scope) {
        String of = System.getProperty("faults.of", IN_CI);
        List<String> ids = Arrays.asList(of.split(","));
        return Stream.of(MailboxFaults.all(), CrashFaults.all(), ReplicaFaults.all(), DatabaseFaults.all())
                .flatMap(List::stream)
                .filter(fault -> fault.scope() == scope)
                .filter(fault -> of.equals("all")
                        || ids.contains(fault.id())
                        || ids.contains(fault.id().split("-")[0]))
                .toList();
    }

    static LongStream seeds() {
        Long only = Long.getLong("faults.seed");
        return only != null ? LongStream.of(only) : LongStream.rangeClosed(1, Long.getLong("faults.moments", 1));
    }

    @TestFactory
    Stream<DynamicTest> whateverHappensNothingIsLost() {
        List<DynamicTest> tests = new ArrayList<>();
        List<Fault> together = chosen(Scope.MAILBOX);
        seeds().forEach(seed -> {
            if (!together.isEmpty()) {
                tests.add(DynamicTest.dynamicTest("mailboxes, seed " + seed, () -> together(together, seed)));
            }
            for (Fault fault : chosen(Scope.REPLICA)) {
                tests.add(DynamicTest.dynamicTest(
                        fault.id() + " " + fault.what() + ", seed " + seed, () -> run(fault, seed)));
            }
        });
        return tests.stream();
    }

    private static void together(List<Fault> faults, long seed) throws Exception {
        List<Callable<Void>> runs = new ArrayList<>();
        for (Fault fault : faults) {
            runs.add(() -> {
                run(fault, seed);
                return null;
            });
        }
        List<String> failures = new ArrayList<>();
        try (ExecutorService pool = Executors.newCachedThreadPool()) {
            for (Future<Void> run : pool.invokeAll(runs)) {
                try {
                    run.get();
                } catch (ExecutionException failed) {
                    failures.add(String.valueOf(failed.getCause()));
                    if (!(failed.getCause() instanceof AssertionError)) {
                        failed.printStackTrace();
                    }
                }
            }
        }
        assertThat(failures).as("-Dfaults.seed=" + seed).isEmpty();
    }

    private static void run(Fault fault, long seed) throws Exception {
        try (FaultRun run = new FaultRun(Objects.requireNonNull(stage), fault, seed)) {
            Outcome outcome = run.play();
            synchronized (OUTCOMES) {
                OUTCOMES.add(outcome);
            }
            System.out.printf(
                    Locale.ROOT,
                    "faults: %-4s seed=%d messages=%d longest=%s recovered=%s %s%n",
                    fault.id(),
                    seed,
                    outcome.messages(),
                    MailboxFaults.seconds(outcome.longest().toNanos()),
                    MailboxFaults.seconds(outcome.recovered().toNanos()),
                    String.join("; ", outcome.notes()));
        }
    }

    private static void report() {
        Map<Fault, List<Outcome>> all = new LinkedHashMap<>();
        OUTCOMES.forEach(outcome ->
                all.computeIfAbsent(outcome.fault(), fault -> new ArrayList<>()).add(outcome));
        all.forEach((fault, outcomes) -> System.out.printf(
                Locale.ROOT,
                "faults: | %s | %s | %d | %d | %s | %s |%n",
                fault.id(),
                fault.what(),
                outcomes.size(),
                outcomes.stream().mapToInt(Outcome::messages).sum(),
                middleAndMost(outcomes.stream().map(Outcome::longest).toList()),
                middleAndMost(outcomes.stream().map(Outcome::recovered).toList())));
    }

    private static String middleAndMost(List<Duration> times) {
        List<Duration> sorted = times.stream().sorted().toList();
        return MailboxFaults.seconds(sorted.get(sorted.size() / 2).toNanos()) + " / "
                + MailboxFaults.seconds(sorted.getLast().toNanos());
    }
}

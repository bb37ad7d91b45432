package dev.mailroom.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./mailroom bench [name]}: runs one benchmark or all of them. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Runs the benchmarks, prints a table and writes JSON to target/bench/.")
public final class Bench implements Callable<Integer> {
    private static final List<String> NAMES = List.of("outbox", "connect", "import", "idle", "live", "sweep");

    @Parameters(
            arity = "0..1",
            description = "outbox, connect, import, idle, live or sweep; without a name all of them",
            defaultValue = "all")
    private String name = "all";

    @Option(names = "--events", description = "events of the throughput parts (default ${DEFAULT-VALUE})")
    private int events = 100_000;

    @Option(names = "--seconds", description = "length of the latency part (default ${DEFAULT-VALUE})")
    private int seconds = 20;

    @Option(names = "--messages", description = "messages of the small mailbox (default ${DEFAULT-VALUE})")
    private int messages = 10_000;

    @Option(names = "--many", description = "messages of the large mailbox, 0 for none (default ${DEFAULT-VALUE})")
    private int many = 100_000;

    @Option(names = "--sessions", description = "sessions of idle and live (default ${DEFAULT-VALUE})")
    private int sessions = 1_000;

    @Option(names = "--alone", description = "without the peer, to look for what costs time")
    private boolean alone;

    @Option(names = "--jvm", description = "a further option of the service's JVM, for example a recording")
    private java.util.List<String> jvm = new java.util.ArrayList<>();

    @Option(names = "--check", description = "exit code 1 if a target is missed")
    private boolean check;

    /** @param args see {@code --help} */
    public static void main(String[] args) {
        // Before the first logger is made.
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        Logger root = Logger.getLogger("");
        root.setLevel(Level.SEVERE);
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (!name.equals("all") && !NAMES.contains(name)) {
            System.err.println("bench: there is no benchmark " + name + "; there are " + String.join(", ", NAMES));
            return 2;
        }
        if (events < 1_000 || events > 10_000_000 || seconds < 1 || seconds > 3_600) {
            System.err.println("bench: --events must be 1,000..10,000,000 and --seconds 1..3,600");
            return 2;
        }
        if (messages < 100 || messages > 1_000_000 || many < 0 || many > 1_000_000) {
            System.err.println("bench: --messages must be 100..1,000,000 and --many 0..1,000,000");
            return 2;
        }
        if (sessions < 10 || sessions > 20_000) {
            System.err.println("bench: --sessions must be 10..20,000");
            return 2;
        }
        Path home = Path.of(System.getProperty("mailroom.home", "."));
        boolean met = true;
        for (String benchmark : name.equals("all") ? NAMES : List.of(name)) {
            Report report = run(benchmark, home);
            report.print(System.out);
            System.out.println(
                    "written to " + report.write(home.resolve("target").resolve("bench")));
            met &= report.targetsMet();
        }
        return check && !met ? 1 : 0;
    }

    private Report run(String benchmark, Path home) throws Exception {
        if (benchmark.equals("connect")) {
            try (ConnectBenchmark connect = new ConnectBenchmark(home)) {
                return connect.run();
            }
        }
        if (benchmark.equals("import")) {
            try (ImportBenchmark imports = new ImportBenchmark(home, messages, many, !alone, jvm)) {
                return imports.run();
            }
        }
        if (benchmark.equals("idle")) {
            try (IdleBenchmark idle = new IdleBenchmark(home, sessions, jvm)) {
                return idle.run();
            }
        }
        if (benchmark.equals("live")) {
            try (LiveBenchmark live = new LiveBenchmark(home, sessions, seconds, jvm)) {
                return live.run();
            }
        }
        if (benchmark.equals("sweep")) {
            try (SweepBenchmark sweep = new SweepBenchmark(home, seconds, jvm)) {
                return sweep.run();
            }
        }
        try (OutboxBenchmark outbox = new OutboxBenchmark(events, seconds)) {
            return outbox.run();
        }
    }
}

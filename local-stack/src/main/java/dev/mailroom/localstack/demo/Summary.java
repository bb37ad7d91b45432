package dev.mailroom.localstack.demo;

import dev.mailroom.localstack.terminal.Terminal;
import java.util.ArrayList;
import java.util.List;

/** What was done, step by step, with the time that each took. Not thread safe. */
final class Summary {

    private record Row(String step, String result, double seconds) {}

    private static final int STEP_WIDTH = 18;
    private static final int RESULT_WIDTH = 84;
    private static final String ROW = "%-" + STEP_WIDTH + "s %-" + RESULT_WIDTH + "s %6.1f s";

    private final List<Row> rows = new ArrayList<>();
    private final long begin = System.nanoTime();
    private long mark = begin;

    /** Notes a step that ends now. */
    void done(String step, String result) {
        long now = System.nanoTime();
        rows.add(new Row(step, result, (now - mark) / 1e9));
        mark = now;
    }

    double totalSeconds() {
        return (System.nanoTime() - begin) / 1e9;
    }

    void print(Terminal terminal) {
        String rule = "  " + "─".repeat(STEP_WIDTH + RESULT_WIDTH + 12);
        terminal.line(terminal.dim(rule));
        for (Row row : rows) {
            terminal.line("  " + terminal.green("✓") + " "
                    + ROW.formatted(row.step(), Terminal.clean(row.result(), RESULT_WIDTH), row.seconds()));
        }
        terminal.line(terminal.dim(rule));
        terminal.line("    " + ROW.formatted("all", rows.size() + " steps", totalSeconds()));
    }
}

package dev.mailroom.localstack.terminal;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** How far a long work is: a bar on a terminal, a line at each tenth elsewhere. Not thread safe. */
public final class Progress implements AutoCloseable {

    private static final int WIDTH = 100;
    private static final int PAINT_INTERVAL_MS = 100;
    private static final int PARTS = 10;

    private final Terminal terminal;
    private final String task;
    private final String unit;
    private final @Nullable ProgressBar bar;
    private long partSaid = -1;

    /** @param unit what is counted, in the plural */
    public Progress(Terminal terminal, String task, String unit) {
        this.terminal = terminal;
        this.task = task;
        this.unit = unit;
        this.bar = terminal.isInteractive()
                ? new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(-1)
                        .setUnit(" " + unit, 1)
                        .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                        .setUpdateIntervalMillis(PAINT_INTERVAL_MS)
                        .setConsumer(new ConsoleProgressBarConsumer(terminal.stream(), WIDTH))
                        .build()
                : null;
    }

    /** @param total how much there is as far as is known, 0 for not known yet */
    public void at(long done, long total) {
        if (bar != null) {
            if (total > 0) {
                bar.maxHint(total);
            }
            bar.stepTo(done);
            return;
        }
        long part = total == 0 ? 0 : done * PARTS / total;
        if (part != partSaid && total > 0) {
            partSaid = part;
            terminal.line(task + "  " + done + " of " + total + " " + unit);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}

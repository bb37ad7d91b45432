package dev.mailroom.localstack.demo;

import dev.mailroom.localstack.tail.EventLine;
import dev.mailroom.localstack.tail.EventStream;
import dev.mailroom.localstack.tail.SeenEvent;
import dev.mailroom.localstack.terminal.CommandFailure;
import dev.mailroom.localstack.terminal.Terminal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Every event of the stack, shown as it passes and kept for the script to look for.
 *
 * <p>Of the events that come by the hundred only the first of each account is shown, and the rest are counted. Thread safe.
 */
final class EventJournal implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Set<String> BY_THE_HUNDRED = Set.of(
            "message.imported",
            "mailbox.created",
            "conversation.created",
            "conversation.merged",
            "sync.import_progress");

    private final EventStream stream;
    private final EventLine line;
    private final Terminal terminal;
    private final Thread reader;
    private final List<SeenEvent> events = new ArrayList<>();
    private final Set<String> shownOnce = new HashSet<>();
    private final Map<String, Integer> notShown = new TreeMap<>();
    private final List<String> heldLines = new ArrayList<>();
    private boolean holding;
    private volatile boolean closed;

    EventJournal(String bootstrapServers, Terminal terminal) {
        this.stream = EventStream.open(bootstrapServers, List.of(), true);
        this.line = new EventLine(terminal);
        this.terminal = terminal;
        this.reader = Thread.ofPlatform().daemon().name("event-journal").start(this::read);
    }

    private void read() {
        try (stream) {
            while (!closed) {
                take(stream.poll(POLL));
            }
        }
    }

    private synchronized void take(List<SeenEvent> fresh) {
        for (SeenEvent event : fresh) {
            events.add(event);
            String type = event.type();
            if (BY_THE_HUNDRED.contains(type) && !shownOnce.add(type + " " + event.account())) {
                notShown.merge(type, 1, Integer::sum);
            } else {
                show("    " + line.of(event));
            }
        }
        if (!fresh.isEmpty()) {
            notifyAll();
        }
    }

    private void show(String text) {
        if (holding) {
            heldLines.add(text);
        } else {
            terminal.line(text);
        }
    }

    /** Keeps lines back while a progress bar has the terminal. */
    synchronized void hold() {
        holding = true;
    }

    /** Shows what was kept back, and how many of the many were not shown. */
    synchronized void release() {
        holding = false;
        heldLines.forEach(terminal::line);
        heldLines.clear();
        tellNotShown();
    }

    private void tellNotShown() {
        notShown.forEach((type, count) -> terminal.line(terminal.dim("    … and " + count + " more " + type)));
        notShown.clear();
    }

    /**
     * Waits for an event, which may have passed already.
     *
     * @param what it is called in the message when it does not come
     * @throws CommandFailure if it is not there within the bound
     */
    synchronized SeenEvent await(String what, Duration bound, Predicate<SeenEvent> condition) {
        return awaitAll(what, 1, bound, condition).getFirst();
    }

    /** Waits for at least {@code count} such events. */
    synchronized List<SeenEvent> awaitAll(String what, int count, Duration bound, Predicate<SeenEvent> condition) {
        long end = System.nanoTime() + bound.toNanos();
        while (true) {
            List<SeenEvent> found = events.stream().filter(condition).toList();
            if (found.size() >= count) {
                return found;
            }
            long leftMs = (end - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                throw new CommandFailure(what + " did not come within " + bound.toSeconds() + " s"
                        + (count > 1 ? " (" + found.size() + " of " + count + " came)" : ""));
            }
            try {
                wait(leftMs);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandFailure("interrupted while waiting for " + what, e);
            }
        }
    }

    /** The first such event that has been seen. */
    synchronized Optional<SeenEvent> first(Predicate<SeenEvent> condition) {
        return events.stream().filter(condition).findFirst();
    }

    synchronized int size() {
        return events.size();
    }

    /** Closing twice is allowed. */
    @Override
    public void close() {
        closed = true;
        try {
            reader.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            tellNotShown();
        }
    }
}

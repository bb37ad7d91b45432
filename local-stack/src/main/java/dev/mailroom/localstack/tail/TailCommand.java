package dev.mailroom.localstack.tail;

import dev.mailroom.localstack.stack.StackLocation;
import dev.mailroom.localstack.stack.StackState;
import dev.mailroom.localstack.terminal.Terminal;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mailroom tail}: events as they come, until Ctrl-C. */
@Command(
        name = "tail",
        description = "Shows the events on Kafka as they come; Ctrl-C ends it.",
        mixinStandardHelpOptions = true)
public final class TailCommand implements Runnable {

    private static final Duration POLL = Duration.ofMillis(500);

    @Mixin
    private StackLocation location = new StackLocation();

    @Option(names = "--json", description = "One JSON object per line: topic, partition, offset, key, headers, data.")
    private boolean json;

    @Option(names = "--from-beginning", description = "Everything that is there first.")
    private boolean fromBeginning;

    @Parameters(
            paramLabel = "topic",
            arity = "0..*",
            description = "For example mail.events or mailroom.mail.events; default: all.")
    private List<String> topics = List.of();

    @Override
    public void run() {
        Terminal terminal = Terminal.standard();
        String kafka = StackState.running(location.folder()).address("kafka");
        var line = new EventLine(terminal);
        try (var stream = EventStream.open(kafka, topics, fromBeginning)) {
            while (!Thread.currentThread().isInterrupted()) {
                for (SeenEvent event : stream.poll(POLL)) {
                    terminal.line(json ? event.toJson() : line.of(event));
                }
            }
        }
    }
}

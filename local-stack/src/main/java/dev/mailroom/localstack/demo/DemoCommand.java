package dev.mailroom.localstack.demo;

import dev.mailroom.embedded.Folders;
import dev.mailroom.embedded.Versions;
import dev.mailroom.localstack.api.MailroomApi;
import dev.mailroom.localstack.stack.DataFolder;
import dev.mailroom.localstack.stack.Home;
import dev.mailroom.localstack.stack.PortPlan;
import dev.mailroom.localstack.stack.Stack;
import dev.mailroom.localstack.terminal.CommandFailure;
import dev.mailroom.localstack.terminal.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code mailroom demo}. */
@Command(
        name = "demo",
        description =
                "The whole system at work: connects two mailboxes, imports history, adds a rule, sends a mail, and"
                        + " shows each event as it passes on Kafka. Cleans up after itself.",
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {

    private static final int LOG_ERRORS_SHOWN = 3;
    private static final int LOG_LINE_WIDTH = 220;

    @Option(
            names = "--port-offset",
            paramLabel = "N",
            description = "Added to every port; default: the documented ports, or free ones where those are taken.")
    @Nullable
    private Integer portOffset;

    @Override
    public Integer call() {
        Terminal terminal = Terminal.standard();
        DataFolder folder = DataFolder.throwAway();
        var summary = new Summary();
        terminal.line(terminal.bold("Mailroom demo") + terminal.dim("  data and logs in " + folder.root()));
        try {
            play(terminal, folder, summary);
        } catch (CommandFailure e) {
            terminal.blank();
            summary.print(terminal);
            terminal.line(terminal.red("✗ ") + e.getMessage());
            tellLogErrors(terminal, folder);
            return ExitCode.SOFTWARE;
        }
        delete(folder);
        return ExitCode.OK;
    }

    private void play(Terminal terminal, DataFolder folder, Summary summary) {
        PortPlan ports = portOffset == null ? PortPlan.documentedOrFree() : PortPlan.withOffset(portOffset);
        terminal.blank();
        terminal.line(terminal.bold("0  Start PostgreSQL, Kafka, a mail server and the four services"));
        var purpose = Stack.Purpose.THROW_AWAY;
        try (var stack = Stack.start(new Stack.Plan(Home.folder(), folder, ports, true, purpose), terminal)) {
            summary.done(
                    "start",
                    "PostgreSQL " + Versions.postgres() + ", Kafka " + Versions.kafka()
                            + ", a mail server, four services");
            try (var api = MailroomApi.of(folder, ports::url);
                    var journal = new EventJournal("127.0.0.1:" + ports.kafka(), terminal)) {
                new DemoScript(api, journal, stack.mailServer(), terminal, summary).play();
                journal.close();
                terminal.blank();
                terminal.line(terminal.bold("Summary") + "  " + journal.size() + " events passed on Kafka");
            }
            summary.print(terminal);
            terminal.line(terminal.dim("    memory: " + Memory.of(stack.processes())));
            terminal.blank();
            terminal.line("Next: ./mailroom up keeps the same system running for a mailbox of your own.");
        }
    }

    /** What the services complained of is the first thing to look at. */
    private static void tellLogErrors(Terminal terminal, DataFolder folder) {
        terminal.line("The logs are in " + folder.logs() + ". Their last errors:");
        try (var logs = Files.list(folder.logs())) {
            for (Path log : logs.sorted().toList()) {
                List<String> errors;
                try (var lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
                    errors = lines.filter(line -> line.contains(" ERROR ")).toList();
                }
                errors.subList(Math.max(0, errors.size() - LOG_ERRORS_SHOWN), errors.size())
                        .forEach(line ->
                                terminal.line("  " + log.getFileName() + "  " + Terminal.clean(line, LOG_LINE_WIDTH)));
            }
        } catch (IOException e) {
            terminal.line("  (they cannot be read: " + e.getMessage() + ")");
        }
    }

    private static void delete(DataFolder folder) {
        try {
            Folders.deleteIfExists(folder.root());
        } catch (IOException e) {
            throw new CommandFailure(
                    "the demo's folder " + folder.root() + " could not be deleted: " + e.getMessage(), e);
        }
    }
}

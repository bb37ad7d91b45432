package dev.mailroom.localstack.stack;

import dev.mailroom.localstack.signing.TokenRequest;
import dev.mailroom.localstack.terminal.Terminal;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mailroom up}: the system in the foreground until Ctrl-C. */
@Command(
        name = "up",
        description = "Starts PostgreSQL, Kafka and the four services and stays in the foreground; Ctrl-C stops all and"
                + " keeps the data.",
        mixinStandardHelpOptions = true)
public final class UpCommand implements Runnable {

    private static final Duration TOKEN_LIFETIME = Duration.ofHours(12);

    @Mixin
    private StackLocation location = new StackLocation();

    @Option(names = "--demo", description = "Adds a mail server on this machine with two filled mailboxes.")
    private boolean demo;

    @Option(
            names = "--port-offset",
            paramLabel = "N",
            defaultValue = "0",
            description = "Added to every port; default ${DEFAULT-VALUE}.")
    private int portOffset;

    @Override
    public void run() {
        Terminal terminal = Terminal.standard();
        DataFolder folder = location.folder();
        PortPlan ports = PortPlan.withOffset(portOffset);
        terminal.line(terminal.bold("Starting Mailroom") + " on " + folder.root());
        long begin = System.nanoTime();
        var stack = Stack.start(new Stack.Plan(Home.folder(), folder, ports, demo, Stack.Purpose.KEEP), terminal);
        // The hook that the stack has registered stops it; this only tells the person.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> terminal.line("\nStopping; the data stays."), "farewell"));
        describe(stack, terminal, (System.nanoTime() - begin) / 1e9);
        waitForEver();
    }

    private void describe(Stack stack, Terminal terminal, double seconds) {
        Secrets secrets = stack.folder().secrets();
        String token = secrets.signingKey()
                .sign(new TokenRequest("owner", secrets.organization(), "local-user", TOKEN_LIFETIME));
        terminal.blank();
        terminal.line(terminal.green("Ready")
                + " after %.1f s. Logs in %s".formatted(seconds, stack.folder().logs()));
        terminal.blank();
        for (var service : ServiceName.values()) {
            terminal.line("  %-16s %s/q/swagger-ui"
                    .formatted(service.service(), stack.ports().url(service)));
        }
        terminal.line("  %-16s 127.0.0.1:%d".formatted("Kafka", stack.ports().kafka()));
        terminal.line(
                "  %-16s 127.0.0.1:%d".formatted("PostgreSQL", stack.ports().postgres()));
        terminal.blank();
        terminal.line("Token (twelve hours; ./mailroom token prints another):");
        terminal.line(token);
        terminal.blank();
        if (demo) {
            stack.mailServer().describe(terminal, where(stack));
        }
        terminal.line(
                "Next, in another terminal: ./mailroom connect%1$s, ./mailroom tail%1$s, ./mailroom status%1$s. Ctrl-C stops."
                        .formatted(where(stack)));
    }

    /** What the other commands need to find this stack: nothing if it is on the usual folder. */
    private static String where(Stack stack) {
        DataFolder usual = DataFolder.choose(null);
        return stack.folder().root().equals(usual.root())
                ? ""
                : " --data " + stack.folder().root();
    }

    private static void waitForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.mailroom.localstack;

import dev.mailroom.embedded.EmbeddedServerException;
import dev.mailroom.localstack.connect.ConnectCommand;
import dev.mailroom.localstack.demo.DemoCommand;
import dev.mailroom.localstack.stack.SecretsCommand;
import dev.mailroom.localstack.stack.UpCommand;
import dev.mailroom.localstack.status.StatusCommand;
import dev.mailroom.localstack.tail.TailCommand;
import dev.mailroom.localstack.terminal.CommandFailure;
import dev.mailroom.localstack.terminal.QuietLogging;
import dev.mailroom.localstack.token.TokenCommand;
import dev.mailroom.localstack.vaultkey.DropKeyCommand;
import dev.mailroom.localstack.vaultkey.RotateKeyCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The entry point. Exit codes: 0 done, 1 failed with one line that says why, 2 wrong arguments. */
@Command(
        name = "mailroom",
        description = "The mail engine behind a shared inbox, on one machine.",
        mixinStandardHelpOptions = true,
        subcommands = {
            UpCommand.class,
            DemoCommand.class,
            ConnectCommand.class,
            TokenCommand.class,
            TailCommand.class,
            StatusCommand.class,
            SecretsCommand.class,
            RotateKeyCommand.class,
            DropKeyCommand.class,
            HelpCommand.class
        })
public final class Mailroom {

    private Mailroom() {}

    public static void main(String[] args) {
        QuietLogging.install();
        System.exit(commandLine().execute(args));
    }

    /** The command with the way it reports failures. */
    static CommandLine commandLine() {
        return new CommandLine(new Mailroom())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, _) -> {
                    if (failure instanceof CommandFailure || failure instanceof EmbeddedServerException) {
                        command.getErr().println("mailroom: " + failure.getMessage());
                    } else {
                        failure.printStackTrace(command.getErr());
                    }
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }
}

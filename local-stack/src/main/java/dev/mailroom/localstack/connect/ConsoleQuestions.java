package dev.mailroom.localstack.connect;

import dev.mailroom.localstack.terminal.CommandFailure;
import java.io.Console;
import org.jspecify.annotations.Nullable;

/** Asks at the terminal that this process was started from, if it was. */
final class ConsoleQuestions implements Questions {

    private final @Nullable Console console;

    ConsoleQuestions() {
        Console found = System.console();
        this.console = found != null && found.isTerminal() ? found : null;
    }

    @Override
    public boolean canAsk() {
        return console != null;
    }

    @Override
    public String ask(String label, @Nullable String suggestion) {
        Console terminal = require(label);
        while (true) {
            String answer = terminal.readLine("%s%s: ", label, suggestion == null ? "" : " [" + suggestion + "]");
            if (answer == null) {
                throw new CommandFailure("nothing was connected");
            }
            if (!answer.isBlank()) {
                return answer.strip();
            }
            if (suggestion != null) {
                return suggestion;
            }
        }
    }

    @Override
    public String askHidden(String label) {
        char[] answer = require(label).readPassword("%s: ", label);
        if (answer == null || answer.length == 0) {
            throw new CommandFailure("nothing was connected: there is no password");
        }
        return new String(answer);
    }

    private Console require(String label) {
        if (console == null) {
            throw new CommandFailure(label + " is not given and there is no terminal to ask at; see --help");
        }
        return console;
    }
}

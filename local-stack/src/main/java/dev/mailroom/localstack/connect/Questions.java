package dev.mailroom.localstack.connect;

import dev.mailroom.localstack.terminal.CommandFailure;
import java.io.Console;
import org.jspecify.annotations.Nullable;

/** Asks a person at the terminal. */
final class Questions {

    private final @Nullable Console console;

    Questions() {
        Console found = System.console();
        this.console = found != null && found.isTerminal() ? found : null;
    }

    /** @param suggestion what an empty answer means, or null where there must be one */
    String ask(String label, @Nullable String suggestion) {
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

    String askHidden(String label) {
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
